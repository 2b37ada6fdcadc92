import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  addQueue,
  addRoll,
  addSession,
  addSnapshot,
  addStranger,
  addThread,
  hoursAgo,
  positions,
  removeStranger,
  reset,
  sessionRow,
  snapshotsOf,
  sql,
  stateOf,
  threadRow,
} from './support/fixtures.js'
import { call, del, get, post, put } from './support/http.js'

// What the app does when the database has rows of somebody else: it was never meant to.

let stranger
beforeEach(async () => {
  await reset()
  stranger = await addStranger()
})
afterEach(async () => {
  await reset()
  await removeStranger(stranger)
})

const theirs = (row) => addThread({ title: 'theirs', user_id: stranger, ...row })
const theirSession = (row) => addSession({ user_id: stranger, ...row })

describe('id 1 by name', () => {
  beforeEach(async () => {
    await removeStranger(stranger)
    await sql('delete from users where id = 1')
  })

  test('H11 get-or-create inserts (1, default_user) and leaves the sequence where it was', async () => {
    const sequence = async () => (await sql('select last_value, is_called from users_id_seq'))[0]
    const before = await sequence()
    expect((await get('/api/sessions/current/')).body.user_id).toBe(1)
    expect(await sql('select id, username from users')).toEqual([{ id: 1, username: 'default_user' }])
    expect(await sequence()).toEqual(before)
  })

  test('H8 POST threads/ fails with 500 while user 1 does not exist', async () => {
    const thread = { title: 'a', format: 'Comic', issues_remaining: 1 }
    expect(await post('/api/threads/', thread)).toMatchObject({
      status: 500,
      body: { detail: 'Internal server error' },
    })
    await get('/api/sessions/current/')
    expect((await post('/api/threads/', thread)).status).toBe(201)
  })
})

describe('no filter', () => {
  test('I1 the roll goes into the active session of anybody', async () => {
    await addQueue('mine')
    const session = await theirSession()
    await post('/api/roll/')
    expect((await sessionRow(session.id)).pending_thread_id).not.toBeNull()
    expect(await sql('select id from sessions where user_id = 1')).toHaveLength(0)
  })

  test('I2 sessions/current/ answers the active session of anybody', async () => {
    const session = await theirSession()
    expect((await get('/api/sessions/current/')).body).toMatchObject({ id: session.id, user_id: stranger })
  })

  test('I3 POST rate/ rates in the latest open session of anybody', async () => {
    const thread = await theirs()
    const session = await theirSession()
    await addRoll(session, thread)
    expect((await post('/api/rate/', { rating: 4, issues_read: 1 })).body.id).toBe(thread.id)
  })

  test('I4 dismiss-pending clears the latest open session of anybody', async () => {
    const thread = await theirs()
    const session = await theirSession({ pending_thread_id: thread.id })
    await post('/api/roll/dismiss-pending')
    expect((await sessionRow(session.id)).pending_thread_id).toBeNull()
  })

  test('I5 I6 sessions of anybody are listed, and read and restored by id', async () => {
    const session = await theirSession({ started_at: hoursAgo(1) })
    await addSnapshot(session, [])
    expect((await get('/api/sessions/')).body).toMatchObject([{ id: session.id }])
    for (const path of ['', '/details', '/snapshots']) {
      expect((await get(`/api/sessions/${session.id}${path}`)).status).toBe(200)
    }
    expect((await post(`/api/sessions/${session.id}/restore-session-start`)).status).toBe(200)
  })

  test('I7 sessions of anybody are undone, and their snapshots listed', async () => {
    const session = await theirSession()
    const snapshot = await addSnapshot(session, [])
    expect((await get(`/api/undo/${session.id}/snapshots`)).body).toMatchObject([{ id: snapshot.id }])
    expect((await post(`/api/undo/${session.id}/undo/${snapshot.id}`)).status).toBe(200)
  })

  test('I8 threads of anybody are in each list', async () => {
    const active = await theirs()
    const done = await theirs({ status: 'completed' })
    expect((await get('/api/threads/')).body).toHaveLength(2)
    expect((await get('/api/threads/stale')).body).toMatchObject([{ id: active.id }])
    expect((await get('/api/threads/completed')).text).toContain(`value="${done.id}"`)
    expect((await get('/api/threads/active')).text).toContain(`value="${active.id}"`)
  })

  test('I9 threads of anybody are read, changed, reactivated and deleted by id', async () => {
    const { id } = await theirs({ status: 'completed', issues_remaining: 0 })
    expect((await get(`/api/threads/${id}`)).status).toBe(200)
    expect((await put(`/api/threads/${id}`, { title: 'x' })).status).toBe(200)
    expect((await post('/api/threads/reactivate', { thread_id: id, issues_to_add: 1 })).status).toBe(200)
    expect((await del(`/api/threads/${id}`)).status).toBe(204)
  })

  test('I10 a new thread is placed after the threads of everybody', async () => {
    await theirs({ queue_position: 70 })
    const thread = { title: 'a', format: 'Comic', issues_remaining: 1 }
    expect((await post('/api/threads/', thread)).body.position).toBe(71)
  })

  test('I11 shifts move the threads of everybody', async () => {
    const [, second] = await addQueue('a', 'b')
    const thread = await theirs({ queue_position: 1 })
    await put(`/api/queue/threads/${second.id}/front/`)
    expect(await positions([thread])).toEqual([2])
  })

  test('I12 the roll pool is the threads of everybody', async () => {
    const thread = await theirs()
    expect((await post('/api/roll/')).body.thread_id).toBe(thread.id)
  })

  test('I13 override takes the thread of anybody', async () => {
    const thread = await theirs()
    expect((await post('/api/roll/override', { thread_id: thread.id })).body.thread_id).toBe(thread.id)
  })

  test('I14 both snapshots copy the threads of everybody', async () => {
    const [mine] = await addQueue('mine')
    const thread = await theirs({ queue_position: 2 })
    await post('/api/roll/override', { thread_id: mine.id })
    await post('/api/rate/', { rating: 4, issues_read: 1 })
    const session = (await get('/api/sessions/current/')).body
    const snapshots = await snapshotsOf(session)
    expect(snapshots).toHaveLength(2)
    for (const { thread_states } of snapshots) expect(thread_states[thread.id].user_id).toBe(stranger)
  })

  test('I15 undo and restore delete the threads of everybody that the snapshot lacks', async () => {
    const session = await addSession()
    const snapshot = await addSnapshot(session, [])
    const first = await theirs()
    await post(`/api/undo/${session.id}/undo/${snapshot.id}`)
    expect(await threadRow(first.id)).toBeUndefined()
    const second = await theirs()
    await post(`/api/sessions/${session.id}/restore-session-start`)
    expect(await threadRow(second.id)).toBeUndefined()
  })

  test('I16 undo trusts the owner and the id in the snapshot', async () => {
    const [mine] = await addQueue('mine')
    const session = await addSession()
    const states = { [mine.id]: { ...stateOf(mine), user_id: stranger } }
    const snapshot = await addSnapshot(session, [], { thread_states: JSON.stringify(states) })
    await sql('delete from threads')
    await post(`/api/undo/${session.id}/undo/${snapshot.id}`)
    expect((await threadRow(mine.id)).user_id).toBe(stranger)
  })

  test('I18 I19 exports show, and review imports change, the rows of anybody', async () => {
    const thread = await theirs()
    const session = await theirSession()
    expect((await get('/api/admin/export/csv/')).text).toContain('theirs')
    const json = (await get('/api/admin/export/json/')).body
    expect(json.users.map(({ id }) => id)).toEqual([1, stranger])
    expect(json.sessions).toMatchObject([{ id: session.id }])
    expect((await get('/api/admin/export/summary/')).text).toContain(`Session ${session.id}`)
    const content = `thread_id,review_url,review_timestamp\n${thread.id},https://r.example,2026-01-01T00:00:00Z\n`
    await call('POST', '/api/admin/import/reviews/', { file: { name: 'r.csv', content } })
    expect((await threadRow(thread.id)).review_url).toBe('https://r.example')
  })

  test('H10 delete-test-data takes the test threads of everybody and sessions of user 1 only', async () => {
    const thread = await theirs({ is_test: true })
    const mine = await addSession()
    const others = await theirSession()
    await addRoll(mine, thread)
    await addRoll(others, thread)
    expect((await post('/api/admin/delete-test-data/')).body).toEqual({
      deleted_threads: 1,
      deleted_sessions: 1,
      deleted_events: 1,
    })
    expect(await sessionRow(mine.id)).toBeUndefined()
    expect(await sessionRow(others.id)).toBeDefined()
  })

  test('I17 settings are the first row, whoever made it', async () => {
    await sql(
      `insert into settings (session_gap_hours, start_die, rating_min, rating_max, rating_step, rating_threshold)
       values (6, 12, 0.5, 5, 0.5, 4), (6, 20, 0.5, 5, 0.5, 4)`,
    )
    expect((await get('/api/admin/settings')).body.start_die).toBe(12)
  })

  test('I20 whoever holds the advisory lock 12345 keeps everybody from a new session', async () => {
    const { default: pg } = await import('pg')
    const holder = new pg.Client({ connectionString: process.env.DATABASE_URL })
    await holder.connect()
    await holder.query('select pg_advisory_lock(12345)')
    let answered = false
    const waiting = get('/api/sessions/current/').then((answer) => {
      answered = true
      return answer
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(answered).toBe(false)
    await holder.end()
    expect((await waiting).status).toBe(200)
  })

  test('I22 the SPA keeps its cache under keys without an owner', () => {
    const source = (file) => readFileSync(new URL(`../client/${file}`, import.meta.url), 'utf8')
    expect(source('hooks/useSession.js')).toContain("queryKey: ['session', 'current']")
    expect(source('hooks/useThreads.js')).toContain("queryKey: ['threads']")
  })

  test('I23 reorder and delete events have no session', async () => {
    const [a, b] = await addQueue('a', 'b')
    await put(`/api/queue/threads/${b.id}/front/`)
    await del(`/api/threads/${a.id}`)
    const rows = await sql(
      "select type, session_id, thread_id from events where type in ('reorder', 'delete') order by id",
    )
    expect(rows).toEqual([
      { type: 'reorder', session_id: null, thread_id: b.id },
      { type: 'delete', session_id: null, thread_id: null },
    ])
  })
})
