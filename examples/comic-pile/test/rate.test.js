import { beforeEach, describe, expect, test } from 'vitest'
import {
  addQueue,
  addRate,
  addRoll,
  addSession,
  addSettings,
  addThread,
  daysAgo,
  eventsOf,
  positions,
  reset,
  sessionRow,
  snapshotsOf,
  sql,
  threadRow,
} from './support/fixtures.js'
import { newAddress, post } from './support/http.js'

const rate = (body) => post('/api/rate/', { rating: 4, issues_read: 1, ...body })

let threads
let session
beforeEach(async () => {
  await reset()
  threads = await addQueue('a', 'b', 'c')
  session = await addSession()
})

const rolled = (thread = threads[1]) => addRoll(session, thread)

describe('what is rated', () => {
  test('Rate 1: without an open session it is 400', async () => {
    await sql('update sessions set ended_at = now() where id = $1', [session.id])
    expect(await rate()).toMatchObject({
      status: 400,
      body: { detail: 'No active session. Please roll the dice first.' },
    })
  })

  test('I3 Rate 1: the latest open session is taken however old it is', async () => {
    await sql('update sessions set started_at = $1 where id = $2', [daysAgo(90), session.id])
    await rolled()
    expect((await rate()).status).toBe(200)
    expect((await eventsOf(session)).map((event) => event.type)).toEqual(['roll', 'rate'])
  })

  test('Rate 2: without a roll it is 400', async () => {
    expect(await rate()).toMatchObject({
      status: 400,
      body: { detail: 'No active thread. Please roll the dice first.' },
    })
  })

  test('Rate 2: a thread that is gone is 404', async () => {
    await rolled()
    await sql('delete from threads where id = $1', [threads[1].id])
    expect((await rate()).status).toBe(404)
  })

  test('Rate 2: the latest roll decides, and the same roll can be rated twice', async () => {
    await rolled(threads[0])
    await rolled(threads[2])
    expect((await rate()).body.id).toBe(threads[2].id)
    expect((await rate()).body).toMatchObject({ id: threads[2].id, issues_remaining: 3 })
  })
})

describe('bounds', () => {
  test('Rate 3: a body outside 0.5..5.0 or without issues is 422', async () => {
    await rolled()
    for (const rating of [0.4, 5.1, '4', null, undefined]) expect((await rate({ rating })).status).toBe(422)
    for (const issues_read of [0, -1, 1.5, null]) expect((await rate({ issues_read })).status).toBe(422)
    expect((await rate({ finish_session: 'yes' })).status).toBe(422)
  })

  test('Rate 3: outside the settings it is 400, and the step is not checked', async () => {
    await addSettings({ rating_min: 2, rating_max: 4.5 })
    await rolled()
    expect((await rate({ rating: 1.5 })).status).toBe(400)
    expect((await rate({ rating: 5 })).status).toBe(400)
    expect((await rate({ rating: 3.17 })).body.last_rating).toBe(3.17)
  })
})

describe('what it changes', () => {
  test('Rate 4: the die before ignores manual_die', async () => {
    await sql('update sessions set manual_die = 20 where id = $1', [session.id])
    await rolled()
    await rate({ rating: 5 })
    expect((await eventsOf(session)).at(-1)).toMatchObject({ die: 6, die_after: 4 })
  })

  test('Rate 4: the die before is the die after the last rating', async () => {
    await addRate(session, threads[0], { die_after: 10 })
    await rolled()
    await rate({ rating: 1 })
    expect((await eventsOf(session)).at(-1)).toMatchObject({ die: 10, die_after: 12 })
  })

  test('Rate 5: issues go down without a floor; rating and activity are kept', async () => {
    await rolled()
    const { body } = await rate({ rating: 3.5, issues_read: 7 })
    expect(body).toMatchObject({ issues_remaining: -2, last_rating: 3.5, status: 'active' })
    expect(Date.now() - new Date(body.last_activity_at).getTime()).toBeLessThan(10_000)
  })

  test('Rate 6: from the threshold on, the die steps down and the thread goes to the front', async () => {
    await rolled(threads[2])
    expect((await rate({ rating: 4 })).body.position).toBe(1)
    expect(await positions(threads)).toEqual([2, 3, 1])
    expect((await sessionRow(session.id)).manual_die).toBe(4)
  })

  test('Rate 6: below the threshold, the die steps up and the thread goes to the back', async () => {
    await rolled(threads[0])
    expect((await rate({ rating: 3.5 })).body.position).toBe(3)
    expect(await positions(threads)).toEqual([3, 1, 2])
    expect((await sessionRow(session.id)).manual_die).toBe(8)
  })

  test('Rate 6: the threshold is a setting', async () => {
    await addSettings({ rating_threshold: 3 })
    await rolled(threads[2])
    expect((await rate({ rating: 3 })).body.position).toBe(1)
  })

  test('Rate 7: after the first rating the session is in manual mode', async () => {
    await rolled()
    await rate({ rating: 4 })
    expect((await sessionRow(session.id)).manual_die).toBe(4)
  })

  test('Rate 8: a rate event is written', async () => {
    await rolled()
    await rate({ rating: 4.5, issues_read: 2 })
    expect((await eventsOf(session)).at(-1)).toMatchObject({
      type: 'rate',
      thread_id: threads[1].id,
      selected_thread_id: null,
      rating: 4.5,
      issues_read: 2,
      die: 6,
      die_after: 4,
      queue_move: null,
    })
  })
})

describe('the end of a session', () => {
  test('Rate 9: finish_session with nothing left completes the thread and ends the session', async () => {
    await rolled(threads[0])
    const { body } = await rate({ rating: 5, issues_read: 5, finish_session: true })
    expect(body).toMatchObject({ status: 'completed', issues_remaining: 0, position: 3 })
    expect((await sessionRow(session.id)).ended_at).toBeInstanceOf(Date)
  })

  test('Rate 9: finish_session with issues left changes nothing', async () => {
    await rolled(threads[0])
    const { body } = await rate({ rating: 5, finish_session: true })
    expect(body).toMatchObject({ status: 'active', position: 1 })
    expect((await sessionRow(session.id)).ended_at).toBeNull()
  })

  test('Rate 9: nothing left without finish_session stays active', async () => {
    await rolled(threads[0])
    expect((await rate({ issues_read: 5 })).body).toMatchObject({ status: 'active', issues_remaining: 0 })
  })

  test('Rate 10: pending is cleared and a snapshot of the state after the rating is written', async () => {
    await sql('update sessions set pending_thread_id = $1, pending_thread_updated_at = now() where id = $2', [
      threads[1].id,
      session.id,
    ])
    await rolled()
    await rate({ rating: 4.5 })
    expect(await sessionRow(session.id)).toMatchObject({
      pending_thread_id: null,
      pending_thread_updated_at: null,
    })
    const [snapshot] = await snapshotsOf(session)
    expect(snapshot).toMatchObject({
      description: 'After rating 4.5/5.0',
      event_id: (await eventsOf(session)).at(-1).id,
      session_state: { start_die: 6, manual_die: 4 },
    })
    expect(Object.keys(snapshot.thread_states).map(Number)).toEqual(threads.map(({ id }) => id))
    expect(snapshot.thread_states[threads[1].id]).toMatchObject({ issues_remaining: 4, queue_position: 1 })
  })

  test('Rate 10: a whole rating is written with one decimal', async () => {
    await rolled()
    await rate({ rating: 3 })
    expect((await snapshotsOf(session))[0].description).toBe('After rating 3.0/5.0')
  })
})

test('POST rate/ answers 429 to the 61st request of one address in a minute', async () => {
  const address = newAddress()
  for (let n = 0; n < 60; n += 1) await post('/api/rate/', {}, { address })
  expect((await post('/api/rate/', {}, { address })).status).toBe(429)
})

test('POST rate/ answers the thread without its owner', async () => {
  const thread = await addThread({ title: 'd', queue_position: 4 })
  await addRoll(session, thread)
  const { body } = await rate()
  expect(body).not.toHaveProperty('user_id')
  expect(body.position).toBe((await threadRow(thread.id)).queue_position)
})
