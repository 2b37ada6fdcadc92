import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addSession, addThread, reset, sql } from './support/fixtures.js'
import { call } from './support/http.js'
import { spawnServer } from './support/server.js'

// A server of its own, to read what it prints and what it sends to the issue tracker.

const issues = []
let tracker
let server
let base

beforeAll(async () => {
  tracker = createServer(async (req, res) => {
    let text = ''
    for await (const chunk of req) text += chunk
    issues.push({ headers: req.headers, body: JSON.parse(text) })
    res.writeHead(201).end()
  })
  tracker.listen(0, '127.0.0.1')
  await once(tracker, 'listening')
  server = spawnServer({
    DATABASE_URL: process.env.DATABASE_URL,
    ISSUE_TRACKER_URL: `http://127.0.0.1:${tracker.address().port}/issues`,
    ISSUE_TRACKER_TOKEN: 'tracker-token',
  })
  base = await server.listening
})

afterAll(async () => {
  await server.stop()
  tracker.close()
})

const send = (method, path, options) => call(method, path, { base, ...options })

async function until(found) {
  for (let n = 0; n < 100; n += 1) {
    const value = found()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`Not seen in two seconds. The server printed:\n${server.output()}`)
}

const line = (text) =>
  until(() =>
    server
      .output()
      .split('\n')
      .find((one) => one.includes(text)),
  )

test('Log: the database URL up to @ is printed at start, password included', async () => {
  expect(server.output()).toContain(`${process.env.DATABASE_URL.split('@')[0]}@`)
})

test('Log: every answer from 400 on is logged with what was sent', async () => {
  await send('GET', '/api/threads/abc?x=mark-query', { headers: { 'user-agent': 'mark-agent' } })
  const logged = await until(() =>
    server
      .output()
      .split('\n')
      .find((one) => one.includes('API Client Error') && one.includes('mark-query')),
  )
  for (const part of [
    'WARNING',
    '"GET"',
    '/api/threads/abc',
    'mark-agent',
    '"status":422',
    '"ms":',
    '"client":"127.',
  ]) {
    expect(logged).toContain(part)
  }
})

test('Log: only top-level password and secret are redacted', async () => {
  await send('PUT', '/api/nothing/', {
    body: { password: 'hidden-1', secret: 'hidden-2', token: 'seen-1', deep: { password: 'seen-2' } },
  })
  const logged = await line('seen-1')
  expect(logged).toContain('seen-2')
  expect(server.output()).not.toContain('hidden-1')
  expect(server.output()).not.toContain('hidden-2')
})

test('Log: a form body passes, a body over 1000 characters is a size', async () => {
  await send('POST', '/api/nothing/', {
    text: 'access_key=seen-in-form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  await line('seen-in-form')
  await send('POST', '/api/nothing/', { body: { long: 'x'.repeat(1001) } })
  await line('<body of 1012 characters>')
})

test('Log: a 422 logs the whole body, password and all, and echoes it', async () => {
  const body = { password: 'echo-me', title: 'y'.repeat(1500), rating: 9 }
  const answer = await send('POST', '/api/rate/', { body })
  expect(answer).toMatchObject({ status: 422, body: { detail: 'Validation failed', body } })
  expect(answer.body.errors).toContainEqual({
    field: 'body.rating',
    message: 'Input should be less than or equal to 5',
    type: 'less_than_equal',
  })
  expect(await line('echo-me')).toContain('y'.repeat(1500))
})

test('Log: JSON that cannot be read is a 422 that echoes the text', async () => {
  const answer = await send('POST', '/api/rate/', {
    text: '{"rating": ',
    headers: { 'content-type': 'application/json' },
  })
  expect(answer).toMatchObject({ status: 422, body: { detail: 'Validation failed', body: '{"rating": ' } })
})

test('Issues: /debug/trigger-500 opens one with all headers, from anyone', async () => {
  const before = (await send('GET', '/debug/5xx-stats')).body.total_5xx
  const answer = await send('GET', '/debug/trigger-500', {
    headers: { authorization: 'Bearer seen-token', cookie: 'session=seen-cookie' },
  })
  expect(answer).toMatchObject({ status: 500, body: { detail: 'Internal server error' } })
  const issue = await until(() => issues.find(({ body }) => body.title.includes('/trigger-500')))
  expect(issue.headers.authorization).toBe('token tracker-token')
  expect(issue.body).toMatchObject({
    message: expect.stringContaining('OperationalError'),
    trace: expect.stringContaining('at '),
    request: { headers: { authorization: 'Bearer seen-token', cookie: 'session=seen-cookie' } },
  })
  expect((await send('GET', '/debug/5xx-stats')).body.total_5xx).toBe(before + 1)
  expect(await line('Unhandled exception')).toContain('ERROR')
})

test('Issues: a broken constraint opens one with path parameters and body', async () => {
  await reset()
  const thread = await addThread()
  await sql('alter table threads add constraint never_renamed unique (title, format)')
  try {
    await addThread({ title: 'taken' })
    const answer = await send('PUT', `/api/threads/${thread.id}`, {
      body: { title: 'taken', password: 'p4ss' },
    })
    expect(answer.status).toBe(500)
    const issue = await until(() => issues.find(({ body }) => body.message.includes('never_renamed')))
    expect(issue.body.request).toMatchObject({
      params: { id: String(thread.id) },
      body: { title: 'taken', password: 'p4ss' },
    })
  } finally {
    await sql('alter table threads drop constraint never_renamed')
  }
})

test('Issues: another 500 only counts', async () => {
  await reset()
  const before = (await send('GET', '/debug/5xx-stats')).body.total_5xx
  const thread = await addThread()
  const session = await addSession({ start_die: 7 })
  await sql(
    "insert into events (type, timestamp, session_id, selected_thread_id) values ('roll', now(), $1, $2)",
    [session.id, thread.id],
  )
  const opened = issues.length
  expect((await send('POST', '/api/rate/', { body: { rating: 4, issues_read: 1 } })).status).toBe(500)
  expect((await send('GET', '/debug/5xx-stats')).body.total_5xx).toBe(before + 1)
  expect(issues).toHaveLength(opened)
})
