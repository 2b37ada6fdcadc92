import { beforeEach, describe, expect, test } from 'vitest'
import {
  addEvent,
  addQueue,
  addRate,
  addRoll,
  addSession,
  addSnapshot,
  addThread,
  hoursAgo,
  missingId,
  ownerId,
  reset,
  sql,
  threadRow,
} from './support/fixtures.js'
import { call, get, post } from './support/http.js'

beforeEach(reset)

const upload = (kind, content, name = 'pile.csv') =>
  call('POST', `/api/admin/import/${kind}/`, { file: { name, content } })

describe('import/csv/', () => {
  test('H9 imports for user 1, positions 1..k in reverse order, without shifting the rest', async () => {
    const there = await addThread({ title: 'there', queue_position: 1 })
    const answer = await upload('csv', 'title,format,issues_remaining\nA,Comic,3\n"B, again",Trade,0\n')
    expect(answer).toMatchObject({ status: 200, body: { imported: 2, errors: [] } })
    const rows = await sql('select * from threads where user_id = $1 and id <> $2', [ownerId, there.id])
    expect(rows.map(({ title, queue_position }) => [title, queue_position]).sort()).toEqual([
      ['A', 2],
      ['B, again', 1],
    ])
    expect((await threadRow(there.id)).queue_position).toBe(1)
  })

  test('says what is wrong with which row, and imports the others', async () => {
    const answer = await upload(
      'csv',
      'title,format,issues_remaining\n,Comic,3\nA,,3\nB,Comic,\nC,Comic,x\nD,Comic,1\n',
    )
    expect(answer.body).toEqual({
      imported: 1,
      errors: [
        'Row 2: Missing title',
        'Row 3: Missing format',
        'Row 4: Missing issues_remaining',
        'Row 5: issues_remaining must be a whole number',
      ],
    })
  })

  test('another ending than .csv is 400, no file 422', async () => {
    expect((await upload('csv', 'title\n', 'pile.txt')).status).toBe(400)
    expect((await upload('reviews', 'thread_id\n', 'pile.txt')).status).toBe(400)
    expect((await post('/api/admin/import/csv/', {})).status).toBe(422)
    expect((await post('/api/admin/import/reviews/', {})).status).toBe(422)
  })
})

test('I19 import/reviews/ sets the review of a thread by its bare id', async () => {
  const thread = await addThread()
  const missing = await missingId('threads')
  const answer = await upload(
    'reviews',
    `thread_id,review_url,review_timestamp
${thread.id},https://r.example/1,2026-01-02T03:04:05Z
${missing},https://r.example/2,2026-01-02T03:04:05Z
x,https://r.example/3,2026-01-02T03:04:05Z
${thread.id},,2026-01-02T03:04:05Z
${thread.id},https://r.example/4,yesterday
`,
  )
  expect(answer).toMatchObject({
    status: 200,
    body: {
      imported: 1,
      errors: [
        `Row 3: Thread ${missing} not found`,
        'Row 4: Missing or invalid thread_id',
        'Row 5: Missing review_url',
        'Row 6: Invalid review_timestamp',
      ],
    },
  })
  expect(await threadRow(thread.id)).toMatchObject({
    review_url: 'https://r.example/1',
    last_review_at: new Date('2026-01-02T03:04:05Z'),
  })
})

describe('exports', () => {
  test('I18 export/csv/ has active threads with issues, no test threads', async () => {
    await addThread({ title: 'say "hi", you', issues_remaining: 2 })
    await addThread({ title: 'test', is_test: true })
    await addThread({ title: 'empty', issues_remaining: 0 })
    await addThread({ title: 'done', status: 'completed' })
    const answer = await get('/api/admin/export/csv/')
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^text\/csv/)
    expect(answer.headers['content-disposition']).toBe('attachment; filename=threads_export.csv')
    expect(answer.text).toBe('title,format,issues_remaining\r\n"say ""hi"", you",Comic,2\r\n')
  })

  test('I18 export/json/ has users, threads, sessions, events; no notes, no manual_die, no test threads', async () => {
    const thread = await addThread({ notes: 'private' })
    await addThread({ is_test: true })
    const session = await addSession({ manual_die: 8 })
    const event = await addRoll(session, thread)
    const answer = await get('/api/admin/export/json/')
    expect(answer.headers['content-disposition']).toBe('attachment; filename=database_backup.json')
    expect(Object.keys(answer.body)).toEqual(['users', 'threads', 'sessions', 'events'])
    expect(answer.body.users).toContainEqual(expect.objectContaining({ id: ownerId }))
    expect(answer.body.threads).toMatchObject([{ id: thread.id }])
    expect(answer.body.sessions).toMatchObject([{ id: session.id }])
    expect(answer.body.events).toMatchObject([{ id: event.id }])
    expect(answer.body.threads[0]).not.toHaveProperty('notes')
    expect(answer.body.sessions[0]).not.toHaveProperty('manual_die')
  })

  test('I18 export/summary/ tells each session in markdown', async () => {
    const [thread] = await addQueue('Saga')
    const session = await addSession({ started_at: hoursAgo(3) })
    await addRate(session, thread, { rating: 4.5 })
    const answer = await get('/api/admin/export/summary/')
    expect(answer.headers['content-type']).toMatch(/^text\/markdown/)
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename=session_summaries_\d{8}\.md$/,
    )
    expect(answer.text).toContain(`## Session ${session.id}`)
    expect(answer.text).toContain('- Saga (4.5/5.0)')
  })
})

test('H10 delete-test-data/ deletes test threads, and the sessions of user 1 that had nothing else', async () => {
  const test_ = await addThread({ is_test: true })
  const real = await addThread()
  const tried = await addSession()
  const mixed = await addSession()
  await addRoll(tried, test_)
  await addSnapshot(tried, [test_])
  await addRoll(mixed, test_)
  await addRate(mixed, real)
  await addEvent({ type: 'reorder', thread_id: test_.id })
  const answer = await post('/api/admin/delete-test-data/')
  expect(answer).toMatchObject({
    status: 200,
    body: { deleted_threads: 1, deleted_sessions: 1, deleted_events: 2 },
  })
  const left = await sql('select id from sessions where user_id = $1', [ownerId])
  expect(left).toEqual([{ id: mixed.id }])
  expect(await threadRow(test_.id)).toBeUndefined()
  expect(await threadRow(real.id)).toBeDefined()
})
