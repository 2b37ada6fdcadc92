import { beforeEach, expect, test } from 'vitest'
import { reset } from './support/fixtures.js'
import { call, get } from './support/http.js'

beforeEach(reset)

test('GET /health says that the database answers', async () => {
  const answer = await get('/health')
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({ status: 'healthy', database: 'connected' })
})

test.each([
  ['GET', '/api/threads'],
  ['GET', '/api/rate/legacy'],
  ['POST', '/api/rate'],
  ['POST', '/api/roll'],
  ['PATCH', '/api/threads/'],
  ['DELETE', '/api/queue/threads/1/front/'],
  ['GET', '/api/undo/1/undo/1'],
  ['GET', '/api/nothing/here'],
])('an unmatched path or method is 404: %s %s', async (method, path) => {
  expect(await call(method, path)).toMatchObject({ status: 404, body: { detail: 'Not Found' } })
})
