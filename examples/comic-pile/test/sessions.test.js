import { beforeEach, describe, expect, test } from 'vitest'
import {
  addEvent,
  addQueue,
  addRate,
  addRoll,
  addSession,
  addSettings,
  addSnapshot,
  addThread,
  daysAgo,
  hoursAgo,
  missingId,
  ownerId,
  reset,
  snapshotsOf,
  sql,
} from './support/fixtures.js'
import { get, newAddress, post } from './support/http.js'

beforeEach(reset)

const current = () => get('/api/sessions/current/')
const mySessions = () => sql('select * from sessions where user_id = $1 order by id', [ownerId])

const SESSION_KEYS = [
  'id',
  'started_at',
  'ended_at',
  'start_die',
  'manual_die',
  'user_id',
  'ladder_path',
  'active_thread',
  'current_die',
  'last_rolled_result',
  'has_restore_point',
  'snapshot_count',
]

describe('the active session', () => {
  test('H7 sessions/current/ creates for user 1', async () => {
    const threads = await addQueue('a', 'b')
    const answer = await current()
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body)).toEqual(SESSION_KEYS)
    expect(answer.body).toMatchObject({
      user_id: ownerId,
      ended_at: null,
      start_die: 6,
      manual_die: null,
      ladder_path: '6',
      active_thread: null,
      current_die: 6,
      last_rolled_result: null,
      has_restore_point: true,
      snapshot_count: 1,
    })
    const [snapshot] = await snapshotsOf(answer.body)
    expect(snapshot).toMatchObject({
      description: 'Session start',
      event_id: null,
      session_state: { start_die: 6, manual_die: null },
    })
    expect(Object.keys(snapshot.thread_states).map(Number)).toEqual(threads.map(({ id }) => id))
  })

  test('Session start snapshot: each thread with everything, the owner id too', async () => {
    const thread = await addThread({
      notes: 'n',
      review_url: 'https://r.example',
      last_activity_at: daysAgo(3),
    })
    const session = (await current()).body
    const [snapshot] = await snapshotsOf(session)
    expect(snapshot.thread_states[thread.id]).toEqual({
      title: 'Saga',
      format: 'Comic',
      issues_remaining: 5,
      last_rating: null,
      last_activity_at: thread.last_activity_at.toISOString(),
      queue_position: 1,
      status: 'active',
      review_url: 'https://r.example',
      last_review_at: null,
      notes: 'n',
      is_test: false,
      created_at: thread.created_at.toISOString(),
      user_id: ownerId,
    })
  })

  test('I17 a settings row is made by the first who reads it', async () => {
    await current()
    expect(await sql('select * from settings')).toMatchObject([
      {
        session_gap_hours: 6,
        start_die: 6,
        rating_min: 0.5,
        rating_max: 5,
        rating_step: 0.5,
        rating_threshold: 4,
      },
    ])
  })

  test('start_die of a new session comes from the settings', async () => {
    await addSettings({ start_die: 10 })
    expect((await current()).body).toMatchObject({ start_die: 10, current_die: 10, ladder_path: '10' })
  })

  test('I2 the session that is active is answered, not another made', async () => {
    const session = await addSession()
    expect((await current()).body.id).toBe(session.id)
    expect((await current()).body.has_restore_point).toBe(false)
    expect(await mySessions()).toHaveLength(1)
  })

  test('Active is measured from the start, not from the last activity', async () => {
    const [thread] = await addQueue('a')
    const session = await addSession({ started_at: hoursAgo(6.1) })
    await addRoll(session, thread)
    const answer = await current()
    expect(answer.body.id).not.toBe(session.id)
    expect((await mySessions())[0].ended_at).toBeNull()
  })

  test('Active follows session_gap_hours', async () => {
    await addSettings({ session_gap_hours: 12 })
    const session = await addSession({ started_at: hoursAgo(11.9) })
    expect((await current()).body.id).toBe(session.id)
  })

  test('An ended session is not active', async () => {
    const session = await addSession({ ended_at: new Date() })
    expect((await current()).body.id).not.toBe(session.id)
  })

  test('Of several active sessions the latest start wins, then the highest id', async () => {
    const at = hoursAgo(1)
    await addSession({ started_at: at })
    const second = await addSession({ started_at: at })
    await addSession({ started_at: hoursAgo(2) })
    expect((await current()).body.id).toBe(second.id)
  })

  test('I20 many first requests at once make one session', async () => {
    await addSettings()
    const answers = await Promise.all(Array.from({ length: 12 }, current))
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect(await mySessions()).toHaveLength(1)
  })

  test('GET sessions/current/ answers 429 to the 201st request of one address in a minute', async () => {
    await addSession()
    const address = newAddress()
    let last
    for (let n = 0; n < 201; n += 1) {
      last = (await get('/api/sessions/current/', { address })).status
      if (n < 200) expect(last).toBe(200)
    }
    expect(last).toBe(429)
  })
})

describe('the session answer', () => {
  test('ladder_path is start_die and each die_after', async () => {
    const thread = await addThread()
    const session = await addSession({ start_die: 8 })
    await addRate(session, thread, { die_after: 6 })
    await addRate(session, thread, { die_after: null })
    await addRate(session, thread, { die_after: 4 })
    expect((await get(`/api/sessions/${session.id}`)).body.ladder_path).toBe('8 → 6 → 4')
  })

  test('active_thread is the thread of the latest roll, rated or not', async () => {
    const [first, second] = await addQueue('first', 'second')
    const session = await addSession()
    await addRoll(session, first)
    await addRoll(session, second, { result: 2 })
    await addRate(session, second)
    expect((await current()).body).toMatchObject({
      active_thread: {
        id: second.id,
        title: 'second',
        format: 'Comic',
        issues_remaining: 5,
        position: 2,
        last_rolled_result: 2,
      },
      last_rolled_result: 2,
    })
  })

  test('active_thread is null when the rolled thread is gone', async () => {
    const session = await addSession()
    await addRoll(session, { id: await missingId('threads') }, { result: 3 })
    expect((await current()).body).toMatchObject({ active_thread: null, last_rolled_result: 3 })
  })
})

describe('GET sessions/', () => {
  test('I5 lists newest first, ten unless limit and offset say else', async () => {
    const sessions = []
    for (let n = 1; n <= 12; n += 1) sessions.unshift(await addSession({ started_at: daysAgo(20 - n) }))
    const ids = async (query = '') => (await get(`/api/sessions/${query}`)).body.map(({ id }) => id)
    const expected = sessions.map(({ id }) => id)
    expect(await ids()).toEqual(expected.slice(0, 10))
    expect(await ids('?limit=3&offset=2')).toEqual(expected.slice(2, 5))
    expect(Object.keys((await get('/api/sessions/?limit=1')).body[0])).toEqual(SESSION_KEYS)
  })

  test('a limit outside 1..100 is 422', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=-1']) {
      expect((await get(`/api/sessions/?${query}`)).status).toBe(422)
    }
  })
})

describe('one session', () => {
  test('I6 by id, its details and its snapshots', async () => {
    const [thread] = await addQueue('Saga')
    const session = await addSession({ ended_at: new Date() })
    const roll = await addRoll(session, thread, { timestamp: hoursAgo(2) })
    const rate = await addRate(session, thread, { timestamp: hoursAgo(1), rating: 4.5 })
    const snapshot = await addSnapshot(session, [thread])
    const late = await addSnapshot(session, [thread], {
      event_id: rate.id,
      description: 'After rating 4.5/5.0',
      created_at: new Date(Date.now() + 1000).toISOString(),
    })

    expect((await get(`/api/sessions/${session.id}`)).body).toMatchObject({
      id: session.id,
      snapshot_count: 2,
    })
    expect((await get(`/api/sessions/${session.id}/details`)).body).toEqual({
      session_id: session.id,
      started_at: session.started_at.toISOString(),
      ended_at: session.ended_at.toISOString(),
      start_die: 6,
      ladder_path: '6 → 4',
      narrative_summary: { read: ['Saga (4.5/5.0)'], skipped: [], completed: [] },
      current_die: 4,
      events: [
        {
          id: roll.id,
          type: 'roll',
          timestamp: roll.timestamp.toISOString(),
          thread_title: 'Saga',
          die: 6,
          result: 1,
          selection_method: 'random',
          rating: null,
          issues_read: null,
          queue_move: null,
          die_after: null,
        },
        {
          id: rate.id,
          type: 'rate',
          timestamp: rate.timestamp.toISOString(),
          thread_title: 'Saga',
          die: 6,
          result: null,
          selection_method: null,
          rating: 4.5,
          issues_read: 1,
          queue_move: null,
          die_after: 4,
        },
      ],
    })
    const { body } = await get(`/api/sessions/${session.id}/snapshots`)
    expect(body.session_id).toBe(session.id)
    expect(body.snapshots.map(({ id }) => id)).toEqual([late.id, snapshot.id])
    expect(Object.keys(body.snapshots[0])).toEqual(['id', 'session_id', 'created_at', 'description'])
  })

  test('a snapshot time is UTC whatever the zone of the server', async () => {
    const session = await addSession()
    await addSnapshot(session, [], { created_at: '2026-01-02T03:04:05.678Z' })
    const { body } = await get(`/api/sessions/${session.id}/snapshots`)
    expect(body.snapshots[0].created_at).toBe('2026-01-02T03:04:05.678Z')
  })

  test.each(['', '/details', '/snapshots'])(
    'GET sessions/:id%s: missing is 404, no number 422',
    async (more) => {
      const id = await missingId('sessions')
      expect(await get(`/api/sessions/${id}${more}`)).toMatchObject({
        status: 404,
        body: { detail: 'Session not found' },
      })
      expect((await get(`/api/sessions/abc${more}`)).status).toBe(422)
    },
  )
})

describe('narrative_summary', () => {
  const summaryOf = async (session) =>
    (await get(`/api/sessions/${session.id}/details`)).body.narrative_summary

  test('Narrative: read in time order, skipped and completed sorted and once', async () => {
    const [b, a, done] = await addQueue('B', 'A', 'Done')
    await sql("update threads set status = 'completed' where id = $1", [done.id])
    const session = await addSession()
    await addRate(session, done, { rating: 5, timestamp: hoursAgo(3) })
    await addRate(session, b, { rating: 3.5, timestamp: hoursAgo(2) })
    await addRate(session, done, { rating: 4, timestamp: hoursAgo(1) })
    for (const thread of [b, a, b]) {
      await addEvent({ type: 'rolled_but_skipped', session_id: session.id, thread_id: thread.id })
    }
    expect(await summaryOf(session)).toEqual({
      read: ['Done (5.0/5.0)', 'B (3.5/5.0)', 'Done (4.0/5.0)'],
      skipped: ['A', 'B'],
      completed: ['Done'],
    })
  })

  test('Narrative: a missing thread reads "Thread #<id>"', async () => {
    const id = await missingId('threads')
    const session = await addSession()
    await addEvent({
      type: 'rate',
      rating: 4,
      die_after: 4,
      session_id: session.id,
      selected_thread_id: id,
    })
    expect((await summaryOf(session)).read).toEqual([`Thread #${id} (4.0/5.0)`])
    const { body } = await get(`/api/sessions/${session.id}/details`)
    expect(body.events[0].thread_title).toBeNull()
  })
})

test('POST to a session list is 404, and so is every path without its slash', async () => {
  expect((await post('/api/sessions/', {})).status).toBe(404)
  expect((await get('/api/sessions')).status).toBe(404)
})
