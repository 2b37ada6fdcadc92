import { expect, test } from 'vitest'
import { missingPoint } from './missing-point.js'

const silent = { at: 'server.js:42', routes: ['GET /api/events'] }
const missing = { route: 'GET /api/events', last: 'GET /api/events: 0 no answer' }

test('init asks a stream that sends nothing before its first event for its headers', () => {
  expect(missingPoint(missing, [], [silent])).toMatch(
    /^GET \/api\/events: the stream at server\.js:42 .*res\.flushHeaders\(\).*usertwo\/drive\.mjs/,
  )
})

test('another route without an answer is said to need a request that it does', () => {
  const other = { route: 'GET /api/items', last: 'GET /api/items: 0 no answer' }
  expect(missingPoint(other, [], [silent])).toMatch(/no request was found that it does/)
  const refused = { ...missing, last: 'GET /api/events: 400 {}' }
  expect(missingPoint(refused, [], [silent])).toMatch(/no request was found that it does/)
})

test('a handler that swallows its errors is named before', () => {
  const swallowed = { at: 'server.js:40', routes: ['GET /api/events'] }
  expect(missingPoint(missing, [swallowed], [silent])).toMatch(/swallows its errors: server\.js:40/)
})
