import { beforeEach, describe, expect, test } from 'vitest'
import {
  addQueue,
  addRate,
  addSession,
  addSettings,
  addThread,
  daysAgo,
  eventsOf,
  hoursAgo,
  ownerId,
  reset,
  sessionRow,
  sql,
} from './support/fixtures.js'
import { get, newAddress, post } from './support/http.js'

// The routes that answer HTML.

beforeEach(reset)

const mySessions = () => sql('select * from sessions where user_id = $1 order by id', [ownerId])
const isHtml = (answer) => expect(answer.headers['content-type']).toMatch(/^text\/html/)

describe('POST roll/html', () => {
  test('H1 starts a session for user 1 when none is active', async () => {
    await addQueue('Only')
    expect((await post('/api/roll/html')).status).toBe(200)
    expect(await mySessions()).toMatchObject([{ user_id: ownerId }])
  })

  test('rolls, and answers a dice grid, a form and a script', async () => {
    const [thread] = await addQueue('Tom & <b>Jerry</b>')
    const session = await addSession()
    const answer = await post('/api/roll/html')
    expect(answer.status).toBe(200)
    isHtml(answer)
    expect(answer.text).toContain('class="dice-grid"')
    expect(answer.text).toContain('Tom &amp; &lt;b&gt;Jerry&lt;/b&gt;')
    expect(answer.text).toContain('id="rating-form"')
    expect(answer.text).toContain('<script>')
    expect(await eventsOf(session)).toMatchObject([
      { selection_method: 'random', selected_thread_id: thread.id },
    ])
  })

  test('warns of a pending thread younger than six hours, whatever the gap in the settings', async () => {
    const [thread] = await addQueue('Pending one')
    await addSettings({ session_gap_hours: 1 })
    const session = await addSession({
      pending_thread_id: thread.id,
      pending_thread_updated_at: hoursAgo(5.9),
    })
    expect((await post('/api/roll/html')).text).toContain('pending-alert')
    await sql('update sessions set pending_thread_updated_at = $1 where id = $2', [hoursAgo(6.1), session.id])
    expect((await post('/api/roll/html')).text).not.toContain('pending-alert')
  })

  test('Roll 4: an empty pool is 200 with a message', async () => {
    const answer = await post('/api/roll/html')
    expect(answer.status).toBe(200)
    isHtml(answer)
    expect(answer.text).toContain('No active threads')
    expect((await post('/api/roll/reroll')).text).toContain('No active threads')
  })

  test('answers 429 to the 31st request of one address in a minute', async () => {
    const address = newAddress()
    for (let n = 0; n < 30; n += 1) await post('/api/roll/html', undefined, { address })
    expect((await post('/api/roll/html', undefined, { address })).status).toBe(429)
  })
})

describe('POST roll/reroll', () => {
  test('H6 starts a session for user 1 when none is active', async () => {
    await addQueue('Only')
    await post('/api/roll/reroll')
    expect(await mySessions()).toMatchObject([{ user_id: ownerId }])
  })

  test('Roll 5: replaces the pending thread without a word', async () => {
    const gone = await addThread({ status: 'completed', title: 'earlier' })
    const [thread] = await addQueue('Only')
    const session = await addSession({ pending_thread_id: gone.id, pending_thread_updated_at: new Date() })
    const answer = await post('/api/roll/reroll')
    expect(answer.status).toBe(200)
    isHtml(answer)
    expect(answer.text).toContain('id="rating-form"')
    expect(await eventsOf(session)).toMatchObject([{ type: 'roll', selection_method: 'reroll' }])
    expect((await sessionRow(session.id)).pending_thread_id).toBe(thread.id)
  })
})

describe('POST roll/dismiss-pending', () => {
  test('Roll 7: writes rolled_but_skipped and clears the pending thread', async () => {
    const [thread] = await addQueue('Only')
    const session = await addSession({ pending_thread_id: thread.id, pending_thread_updated_at: new Date() })
    const answer = await post('/api/roll/dismiss-pending')
    expect(answer).toMatchObject({ status: 200, text: '' })
    isHtml(answer)
    expect(await eventsOf(session)).toMatchObject([
      { type: 'rolled_but_skipped', thread_id: thread.id, selected_thread_id: null },
    ])
    expect(await sessionRow(session.id)).toMatchObject({
      pending_thread_id: null,
      pending_thread_updated_at: null,
    })
  })

  test('I4 takes the latest open session, however old it is', async () => {
    const [thread] = await addQueue('Only')
    const session = await addSession({ started_at: daysAgo(50), pending_thread_id: thread.id })
    await post('/api/roll/dismiss-pending')
    expect(await eventsOf(session)).toHaveLength(1)
    expect(await mySessions()).toHaveLength(1)
  })

  test('does nothing without a pending thread, and makes no session', async () => {
    expect((await post('/api/roll/dismiss-pending')).status).toBe(200)
    expect(await mySessions()).toHaveLength(0)
    const session = await addSession()
    await post('/api/roll/dismiss-pending')
    expect(await eventsOf(session)).toHaveLength(0)
  })
})

describe('POST roll/set-die and roll/clear-manual-die', () => {
  test('H4 set-die starts a session for user 1 when none is active', async () => {
    expect((await post('/api/roll/set-die?die=8')).status).toBe(200)
    expect(await mySessions()).toMatchObject([{ user_id: ownerId, manual_die: 8 }])
  })

  test('H5 clear-manual-die starts a session for user 1 when none is active', async () => {
    expect((await post('/api/roll/clear-manual-die')).status).toBe(200)
    expect(await mySessions()).toMatchObject([{ user_id: ownerId, manual_die: null }])
  })

  test('Roll 8: set-die answers its text, 400 off the ladder, 422 without a number', async () => {
    const session = await addSession()
    const answer = await post('/api/roll/set-die?die=12')
    expect(answer).toMatchObject({ status: 200, text: 'd12' })
    isHtml(answer)
    expect((await sessionRow(session.id)).manual_die).toBe(12)
    expect((await post('/api/roll/set-die?die=7')).status).toBe(400)
    expect((await post('/api/roll/set-die')).status).toBe(422)
    expect((await post('/api/roll/set-die?die=x')).status).toBe(422)
    expect((await post('/api/roll/set-die', { die: 8 })).status).toBe(422)
  })

  test('Roll 8: clearing answers the die that results', async () => {
    const thread = await addThread()
    const session = await addSession({ manual_die: 20 })
    await addRate(session, thread, { die_after: 10 })
    const answer = await post('/api/roll/clear-manual-die')
    expect(answer).toMatchObject({ status: 200, text: 'd10' })
    isHtml(answer)
    expect((await sessionRow(session.id)).manual_die).toBeNull()
  })
})

describe('GET rate, threads/completed, threads/active', () => {
  test('I24 the legacy rate page calls the API without credentials', async () => {
    for (const path of ['/api/rate', '/api/rate/']) {
      const answer = await get(path)
      expect(answer.status).toBe(200)
      isHtml(answer)
      expect(answer.text).toMatch(/^<!doctype html>/)
      expect(answer.text).toContain("fetch('/api/rate/'")
      expect(answer.text).not.toContain('Authorization')
    }
  })

  test('GET rate answers 429 to the 31st request of one address in a minute', async () => {
    const address = newAddress()
    for (let n = 0; n < 30; n += 1) await get('/api/rate', { address })
    expect((await get('/api/rate/', { address })).status).toBe(429)
  })

  test('threads/completed is a list of options, newest created first', async () => {
    const old = await addThread({ status: 'completed', title: 'Old', created_at: daysAgo(2) })
    const fresh = await addThread({ status: 'completed', title: 'Q & A', created_at: daysAgo(1) })
    await addThread({ title: 'still active' })
    const answer = await get('/api/threads/completed')
    expect(answer.status).toBe(200)
    isHtml(answer)
    expect(answer.text.match(/value="\d+"/g)).toEqual([`value="${fresh.id}"`, `value="${old.id}"`])
    expect(answer.text).toContain('Q &amp; A')
    expect(answer.text).not.toContain('still active')
  })

  test('threads/active is a list of radio buttons by position', async () => {
    const second = await addThread({ title: 'Second', queue_position: 2 })
    const first = await addThread({ title: 'First', queue_position: 1 })
    await addThread({ title: 'done', status: 'completed' })
    const answer = await get('/api/threads/active')
    expect(answer.status).toBe(200)
    isHtml(answer)
    expect(answer.text).toContain('type="radio"')
    expect(answer.text.match(/value="\d+"/g)).toEqual([`value="${first.id}"`, `value="${second.id}"`])
  })
})
