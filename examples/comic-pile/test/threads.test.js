import { beforeEach, describe, expect, test } from 'vitest'
import {
  addEvent,
  addQueue,
  addRate,
  addRoll,
  addSession,
  addThread,
  daysAgo,
  eventsOf,
  missingId,
  ownerId,
  positions,
  reset,
  sessionRow,
  sql,
  threadRow,
} from './support/fixtures.js'
import { del, get, newAddress, post, put } from './support/http.js'

beforeEach(reset)

const THREAD_KEYS = [
  'id',
  'title',
  'format',
  'issues_remaining',
  'position',
  'status',
  'last_rating',
  'last_activity_at',
  'review_url',
  'last_review_at',
  'notes',
  'is_test',
  'created_at',
]
const NEW = { title: 'Bone', format: 'Omnibus', issues_remaining: 3 }
const titles = (answer) => answer.body.map((thread) => thread.title)

describe('lists', () => {
  test('I8 GET threads/ lists every status and test threads, by position', async () => {
    await addThread({ title: 'third', queue_position: 3, is_test: true })
    await addThread({ title: 'first', queue_position: 1, status: 'completed' })
    await addThread({ title: 'second', queue_position: 2 })
    const answer = await get('/api/threads/')
    expect(answer.status).toBe(200)
    expect(titles(answer)).toEqual(['first', 'second', 'third'])
    expect(Object.keys(answer.body[0])).toEqual(THREAD_KEYS)
  })

  test('GET threads/ answers 429 to the 101st request of one address in a minute', async () => {
    const address = newAddress()
    const statuses = []
    for (let n = 0; n < 101; n += 1) statuses.push((await get('/api/threads/', { address })).status)
    expect(statuses[99]).toBe(200)
    expect(statuses[100]).toBe(429)
  })

  test('Stale: active and untouched for N days or never, oldest first, never first', async () => {
    await addThread({ title: '40 days', last_activity_at: daysAgo(40) })
    await addThread({ title: 'never' })
    await addThread({ title: '50 days', last_activity_at: daysAgo(50) })
    await addThread({ title: '10 days', last_activity_at: daysAgo(10) })
    await addThread({ title: 'done', last_activity_at: daysAgo(50), status: 'completed' })
    expect(titles(await get('/api/threads/stale'))).toEqual(['never', '50 days', '40 days'])
    expect(titles(await get('/api/threads/stale?days=7'))).toEqual(['never', '50 days', '40 days', '10 days'])
    expect((await get('/api/threads/stale?days=x')).status).toBe(422)
  })
})

describe('create', () => {
  test('H8 POST threads/ creates for user 1', async () => {
    const answer = await post('/api/threads/', {
      ...NEW,
      notes: 'lent',
      is_test: true,
      user_id: 777,
      status: 'x',
    })
    expect(answer.status).toBe(201)
    expect(Object.keys(answer.body)).toEqual(THREAD_KEYS)
    expect(answer.body).toMatchObject({ ...NEW, notes: 'lent', is_test: true, status: 'active', position: 1 })
    expect((await threadRow(answer.body.id)).user_id).toBe(ownerId)
  })

  test('I10 Create: position is the highest of all threads plus 1', async () => {
    await addThread({ queue_position: 41, status: 'completed' })
    expect((await post('/api/threads/', NEW)).body).toMatchObject({
      position: 42,
      notes: null,
      is_test: false,
    })
  })

  test('Create: what is missing or out of bounds is 422', async () => {
    for (const wrong of [
      { title: '' },
      { title: undefined },
      { format: '' },
      { issues_remaining: -1 },
      { issues_remaining: 'many' },
      { notes: 3 },
      { is_test: 'no' },
    ]) {
      expect((await post('/api/threads/', { ...NEW, ...wrong })).status).toBe(422)
    }
  })

  test('POST threads/ answers 429 to the 31st request of one address in a minute', async () => {
    const address = newAddress()
    for (let n = 0; n < 30; n += 1) await post('/api/threads/', {}, { address })
    expect((await post('/api/threads/', NEW, { address })).status).toBe(429)
  })
})

describe('one thread', () => {
  test('I9 GET threads/:id answers by bare id; missing is 404, no number 422', async () => {
    const thread = await addThread({ title: 'Maus', notes: 'n', last_rating: 4.5 })
    const answer = await get(`/api/threads/${thread.id}`)
    expect(answer.body).toMatchObject({ id: thread.id, title: 'Maus', notes: 'n', last_rating: 4.5 })
    expect(Object.keys(answer.body)).toEqual(THREAD_KEYS)
    const id = await missingId('threads')
    expect(await get(`/api/threads/${id}`)).toMatchObject({
      status: 404,
      body: { detail: `Thread ${id} not found` },
    })
    expect((await get('/api/threads/abc')).status).toBe(422)
  })

  test('I9 PUT threads/:id changes what is given; null means leave', async () => {
    const thread = await addThread({ notes: 'keep' })
    const answer = await put(`/api/threads/${thread.id}`, { title: 'New', notes: null, is_test: true, id: 1 })
    expect(answer).toMatchObject({
      status: 200,
      body: { id: thread.id, title: 'New', notes: 'keep', is_test: true },
    })
    expect((await put(`/api/threads/${thread.id}`, {})).body.title).toBe('New')
  })

  test('PUT threads/:id: no issues is completed, some are active again', async () => {
    const thread = await addThread()
    const path = `/api/threads/${thread.id}`
    expect((await put(path, { issues_remaining: 0 })).body.status).toBe('completed')
    expect((await put(path, { title: 'x' })).body.status).toBe('completed')
    expect((await put(path, { issues_remaining: 2 })).body.status).toBe('active')
  })

  test('PUT threads/:id: missing is 404, wrong is 422', async () => {
    const thread = await addThread()
    expect((await put(`/api/threads/${await missingId('threads')}`, { title: 'x' })).status).toBe(404)
    expect((await put(`/api/threads/${thread.id}`, { title: '' })).status).toBe(422)
    expect((await put(`/api/threads/${thread.id}`, { issues_remaining: -1 })).status).toBe(422)
    expect((await put('/api/threads/abc', { title: 'x' })).status).toBe(422)
  })

  test('I9 I23 DELETE threads/:id clears pending, deletes its events and adds a delete event nobody owns', async () => {
    const [thread, other] = await addQueue('gone', 'stays')
    const session = await addSession({ pending_thread_id: thread.id, pending_thread_updated_at: new Date() })
    await addRoll(session, thread)
    await addRate(session, thread)
    await addRate(session, other)
    await addEvent({ type: 'reorder', thread_id: thread.id })
    const before = await sql("select id from events where type = 'delete'")
    const answer = await del(`/api/threads/${thread.id}`)
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(await threadRow(thread.id)).toBeUndefined()
    expect(await sessionRow(session.id)).toMatchObject({
      pending_thread_id: null,
      pending_thread_updated_at: null,
    })
    // The roll names the thread in selected_thread_id, which has no foreign key: it stays.
    expect(await eventsOf(session)).toMatchObject([
      { type: 'roll', selected_thread_id: thread.id },
      { type: 'rate', thread_id: other.id },
    ])
    const deletes = await sql("select * from events where type = 'delete' order by id desc limit 1")
    expect(await sql("select id from events where type = 'delete'")).toHaveLength(before.length + 1)
    expect(deletes[0]).toMatchObject({ session_id: null, thread_id: null, selected_thread_id: null })
    expect(await positions([other])).toEqual([2])
  })

  test('DELETE threads/:id: missing is 404, no number 422', async () => {
    expect((await del(`/api/threads/${await missingId('threads')}`)).status).toBe(404)
    expect((await del('/api/threads/abc')).status).toBe(422)
  })
})

describe('reactivate', () => {
  const reactivate = (thread_id, issues_to_add = 3) =>
    post('/api/threads/reactivate', { thread_id, issues_to_add })

  test('Reactivate: comes to the front, and every other position goes up by one', async () => {
    const others = await addQueue('a', 'b')
    const done = await addThread({ status: 'completed', issues_remaining: 0, queue_position: 3 })
    expect(await reactivate(done.id)).toMatchObject({
      status: 200,
      body: { id: done.id, status: 'active', issues_remaining: 3, position: 1 },
    })
    expect(await positions(others)).toEqual([2, 3])
  })

  test('Reactivate: 400 unless completed, 404 missing, 422 without issues', async () => {
    const active = await addThread()
    expect((await reactivate(active.id)).status).toBe(400)
    expect((await reactivate(await missingId('threads'))).status).toBe(404)
    expect((await reactivate(active.id, 0)).status).toBe(422)
    expect((await post('/api/threads/reactivate', {})).status).toBe(422)
  })
})
