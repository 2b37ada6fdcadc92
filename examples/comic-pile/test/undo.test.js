import { beforeEach, describe, expect, test } from 'vitest'
import {
  addQueue,
  addRate,
  addRoll,
  addSession,
  addSnapshot,
  addThread,
  daysAgo,
  eventsOf,
  hoursAgo,
  missingId,
  ownerId,
  reset,
  sessionRow,
  snapshotsOf,
  sql,
  stateOf,
  threadRow,
} from './support/fixtures.js'
import { get, post } from './support/http.js'

let threads
let session
beforeEach(async () => {
  await reset()
  threads = await addQueue('a', 'b')
  session = await addSession({ started_at: hoursAgo(2) })
})

const undo = (snapshot, sid = session.id) => post(`/api/undo/${sid}/undo/${snapshot.id}`)
const restore = (sid = session.id) => post(`/api/sessions/${sid}/restore-session-start`)

describe('undo', () => {
  test('I15 Undo 1: threads that are not in the snapshot are deleted, their events lose them', async () => {
    const snapshot = await addSnapshot(session, threads)
    const added = await addThread({ title: 'later', queue_position: 3 })
    await addRoll(session, added)
    await addRate(session, added)
    const answer = await undo(snapshot)
    expect(answer.status).toBe(200)
    expect(await threadRow(added.id)).toBeUndefined()
    expect(await eventsOf(session)).toMatchObject([
      { type: 'roll', thread_id: null, selected_thread_id: null },
      { type: 'rate', thread_id: null, selected_thread_id: null },
    ])
  })

  test('Undo 2: threads that exist are overwritten', async () => {
    const before = await threadRow(threads[0].id)
    const snapshot = await addSnapshot(session, threads)
    await sql(
      `update threads set title = 'x', format = 'y', issues_remaining = -3, last_rating = 1, queue_position = 9,
       status = 'completed', review_url = 'u', notes = 'n', is_test = true where id = $1`,
      [threads[0].id],
    )
    await undo(snapshot)
    expect(await threadRow(threads[0].id)).toEqual(before)
  })

  test('Undo 2: last activity and last review are only overwritten when the snapshot has them', async () => {
    const then = daysAgo(3)
    await sql('update threads set last_activity_at = $1 where id = $2', [then, threads[0].id])
    const snapshot = await addSnapshot(session, [await threadRow(threads[0].id), threads[1]])
    const now = new Date()
    await sql('update threads set last_activity_at = $1, last_review_at = $1 where user_id = $2', [
      now,
      ownerId,
    ])
    await undo(snapshot)
    expect(await threadRow(threads[0].id)).toMatchObject({ last_activity_at: then, last_review_at: now })
    expect(await threadRow(threads[1].id)).toMatchObject({ last_activity_at: now, last_review_at: now })
  })

  test('I16 Undo 3: missing threads come back with their old id and owner', async () => {
    const snapshot = await addSnapshot(session, threads)
    await sql('delete from threads where id = $1', [threads[1].id])
    await undo(snapshot)
    expect(await threadRow(threads[1].id)).toEqual(threads[1])
  })

  test('I16 Undo 3: without an owner in the snapshot the session says whose they are', async () => {
    const { user_id: _owner, created_at: _created, ...old } = stateOf(threads[1])
    const snapshot = await addSnapshot(session, [threads[0]], {
      thread_states: JSON.stringify({ [threads[0].id]: stateOf(threads[0]), [threads[1].id]: old }),
      session_state: null,
    })
    await sql('delete from threads where id = $1', [threads[1].id])
    expect((await undo(snapshot)).status).toBe(200)
    expect((await threadRow(threads[1].id)).user_id).toBe(ownerId)
  })

  test('Undo 4: dice are restored when the snapshot has them; events and snapshots stay', async () => {
    const snapshot = await addSnapshot(session, threads, {
      session_state: JSON.stringify({ start_die: 10, manual_die: 12 }),
    })
    await addRate(session, threads[0])
    await addSnapshot(session, threads, { description: 'After rating 4.0/5.0', session_state: null })
    const answer = await undo(snapshot)
    expect(answer.body).toMatchObject({ id: session.id, start_die: 10, manual_die: 12, current_die: 12 })
    expect(await eventsOf(session)).toHaveLength(1)
    expect(await snapshotsOf(session)).toHaveLength(2)
    const [, late] = await snapshotsOf(session)
    await undo(late)
    expect(await sessionRow(session.id)).toMatchObject({ start_die: 10, manual_die: 12 })
  })

  test('Undo: ladder_path of the answer is only start_die', async () => {
    const snapshot = await addSnapshot(session, threads)
    await addRate(session, threads[0], { die_after: 4 })
    expect((await undo(snapshot)).body.ladder_path).toBe('6')
    expect((await get(`/api/sessions/${session.id}`)).body.ladder_path).toBe('6 → 4')
  })

  test('I7 Undo: 404 for a missing session, a missing snapshot, one of another session; 422 for no number', async () => {
    const other = await addSession()
    const snapshot = await addSnapshot(other, threads)
    expect((await undo(snapshot)).status).toBe(404)
    expect((await undo({ id: await missingId('snapshots') })).status).toBe(404)
    expect(await undo(snapshot, await missingId('sessions'))).toMatchObject({
      status: 404,
      body: { detail: 'Session not found' },
    })
    expect((await undo({ id: 'x' })).status).toBe(422)
    expect((await undo(snapshot, 'x')).status).toBe(422)
  })

  test('I7 GET undo/:sid/snapshots lists newest first', async () => {
    const start = await addSnapshot(session, threads, { created_at: hoursAgo(2).toISOString() })
    const rate = await addRate(session, threads[0])
    const rated = await addSnapshot(session, threads, {
      event_id: rate.id,
      description: 'After rating 4.0/5.0',
    })
    const answer = await get(`/api/undo/${session.id}/snapshots`)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject([
      { id: rated.id, description: 'After rating 4.0/5.0', event_id: rate.id },
      { id: start.id, description: 'Session start', event_id: null },
    ])
    expect(Object.keys(answer.body[0])).toEqual(['id', 'created_at', 'description', 'event_id'])
    expect((await get(`/api/undo/${await missingId('sessions')}/snapshots`)).status).toBe(404)
    expect((await get('/api/undo/x/snapshots')).status).toBe(422)
  })
})

describe('restore', () => {
  test('I6 Restore takes the first start snapshot of the session', async () => {
    await addSnapshot(session, threads, { created_at: hoursAgo(2).toISOString() })
    await addSnapshot(session, [threads[0]], { created_at: hoursAgo(1).toISOString() })
    await addRate(session, threads[0], { die_after: 4 })
    await sql('update threads set queue_position = 7, issues_remaining = 0 where id = $1', [threads[1].id])
    const answer = await restore()
    expect(answer).toMatchObject({ status: 200, body: { id: session.id, ladder_path: '6 → 4' } })
    expect(await threadRow(threads[1].id)).toEqual(threads[1])
  })

  test('I15 Restore deletes the threads made since', async () => {
    await addSnapshot(session, threads)
    const added = await addThread()
    await restore()
    expect(await threadRow(added.id)).toBeUndefined()
  })

  test('Restore: 404 without the session or a start snapshot, 422 for no number', async () => {
    await addSnapshot(session, threads, { description: 'After rating 4.0/5.0' })
    expect((await restore()).status).toBe(404)
    expect((await restore(await missingId('sessions'))).status).toBe(404)
    expect((await restore('x')).status).toBe(422)
  })
})

test('has_restore_point is whether the session has a snapshot at all', async () => {
  const restorable = async () => (await get(`/api/sessions/${session.id}`)).body.has_restore_point
  expect(await restorable()).toBe(false)
  await addSnapshot(session, threads, { description: 'After rating 4.0/5.0' })
  expect(await restorable()).toBe(true)
})
