import { beforeEach, describe, expect, test } from 'vitest'
import { addQueue, addRoll, addSession, daysAgo, eventsOf, reset, snapshotsOf } from './support/fixtures.js'
import { del, get, post, put } from './support/http.js'

beforeEach(reset)

const create = async (title, issues_remaining = 5) =>
  (await post('/api/threads/', { title, format: 'Comic', issues_remaining })).body
const current = async () => (await get('/api/sessions/current/')).body
const order = async () => (await get('/api/threads/')).body.map(({ title }) => title)
const rate = async (rating, more) => (await post('/api/rate/', { rating, issues_read: 1, ...more })).body

describe('roll and rate', () => {
  test('Flow: roll, rate high, and the thread is first with a smaller die', async () => {
    for (const title of ['a', 'b', 'c']) await create(title)
    const rolled = (await post('/api/roll/')).body
    const before = await current()
    expect(before.active_thread).toMatchObject({ id: rolled.thread_id, title: rolled.title })
    const rated = await rate(4.5)
    expect(rated).toMatchObject({ id: rolled.thread_id, issues_remaining: 4, position: 1, last_rating: 4.5 })
    const after = await current()
    expect(after).toMatchObject({ id: before.id, current_die: 4, ladder_path: '6 → 4', snapshot_count: 2 })
    expect((await order())[0]).toBe(rolled.title)
  })

  test('Flow: rate low, and the thread is last with a larger die', async () => {
    const [a] = [await create('a'), await create('b'), await create('c')]
    await post('/api/roll/override', { thread_id: a.id })
    await rate(2)
    expect(await order()).toEqual(['b', 'c', 'a'])
    expect((await current()).current_die).toBe(8)
  })

  test('Flow: the last issue finished ends the session, and the next roll starts another', async () => {
    const last = await create('last', 1)
    await create('other')
    await post('/api/roll/override', { thread_id: last.id })
    const first = await current()
    expect(await rate(5, { finish_session: true })).toMatchObject({
      status: 'completed',
      issues_remaining: 0,
    })
    const second = await current()
    expect(second.id).not.toBe(first.id)
    const { body } = await get(`/api/sessions/${first.id}/details`)
    expect(body.narrative_summary).toEqual({ read: ['last (5.0/5.0)'], skipped: [], completed: ['last'] })
    expect((await post('/api/roll/')).body.title).toBe('other')
  })

  test('Flow: what was rolled in a session that expired since can still be rated there', async () => {
    const [thread] = await addQueue('a')
    const session = await addSession({ started_at: daysAgo(2) })
    await addRoll(session, thread)
    await rate(4)
    expect((await eventsOf(session)).map(({ type }) => type)).toEqual(['roll', 'rate'])
    expect((await current()).id).not.toBe(session.id)
    expect((await post('/api/rate/', { rating: 4, issues_read: 1 })).status).toBe(400)
  })
})

describe('queue', () => {
  test('Flow: create, move, finish, reactivate, delete', async () => {
    const [a, b, c] = [await create('a'), await create('b'), await create('c')]
    await put(`/api/queue/threads/${c.id}/front/`)
    expect(await order()).toEqual(['c', 'a', 'b'])
    await put(`/api/queue/threads/${c.id}/position/`, { new_position: 2 })
    expect(await order()).toEqual(['a', 'c', 'b'])
    await put(`/api/queue/threads/${a.id}/back/`)
    expect(await order()).toEqual(['c', 'b', 'a'])
    await put(`/api/threads/${b.id}`, { issues_remaining: 0 })
    await post('/api/threads/reactivate', { thread_id: b.id, issues_to_add: 2 })
    expect(await order()).toEqual(['b', 'c', 'a'])
    await del(`/api/threads/${c.id}`)
    expect((await get('/api/threads/')).body.map(({ position }) => position)).toEqual([1, 4])
  })
})

describe('undo and restore', () => {
  const snapshots = async (id) => (await get(`/api/undo/${id}/snapshots`)).body

  test('Flow: undo returns to the state after a rating, not before it', async () => {
    const [a, b] = [await create('a'), await create('b')]
    const session = await current()
    await post('/api/roll/override', { thread_id: a.id })
    await rate(4)
    const [afterFirst] = await snapshots(session.id)
    await post('/api/roll/override', { thread_id: b.id })
    await rate(5)
    expect(await order()).toEqual(['b', 'a'])
    const undone = await post(`/api/undo/${session.id}/undo/${afterFirst.id}`)
    expect(undone.body).toMatchObject({ id: session.id, manual_die: 4, snapshot_count: 3 })
    expect((await get(`/api/threads/${a.id}`)).body).toMatchObject({ issues_remaining: 4, position: 1 })
    expect((await get(`/api/threads/${b.id}`)).body).toMatchObject({ issues_remaining: 5, position: 2 })
    expect(await eventsOf(session)).toHaveLength(4)
  })

  test('Flow: restore brings back what was deleted and takes away what was added', async () => {
    const [a, b] = [await create('a'), await create('b')]
    const session = await current()
    await post('/api/roll/override', { thread_id: b.id })
    await rate(5)
    await del(`/api/threads/${a.id}`)
    const added = await create('added')
    const restored = await post(`/api/sessions/${session.id}/restore-session-start`)
    expect(restored).toMatchObject({ status: 200, body: { id: session.id, manual_die: null } })
    expect(await order()).toEqual(['a', 'b'])
    expect((await get(`/api/threads/${a.id}`)).body).toMatchObject({ id: a.id, created_at: a.created_at })
    expect((await get(`/api/threads/${added.id}`)).status).toBe(404)
    expect(await snapshotsOf(session)).toHaveLength(2)
  })

  test('Flow: after an undo the next thread still gets an id of its own', async () => {
    const a = await create('a')
    const session = await current()
    await del(`/api/threads/${a.id}`)
    await post(`/api/sessions/${session.id}/restore-session-start`)
    expect((await create('b')).id).toBeGreaterThan(a.id)
  })
})

test('Flow: a session is kept across requests, a skipped roll is told', async () => {
  const a = await create('a')
  const session = await current()
  await post('/api/roll/override', { thread_id: a.id })
  await post('/api/roll/dismiss-pending')
  const { body } = await get(`/api/sessions/${session.id}/details`)
  expect(body.narrative_summary.skipped).toEqual(['a'])
  expect((await get('/api/sessions/')).body.map(({ id }) => id)).toEqual([session.id])
})
