import { expect, test } from 'vitest'
import { missingPoints } from './missing-point.js'

const silent = { at: 'server.js:42', routes: ['GET /api/events'] }
const missing = { route: 'GET /api/events', last: 'GET /api/events: 0 no answer' }

test('init asks a stream that sends nothing before its first event for its headers', () => {
  expect(missingPoints([missing], [], [silent])[0]).toMatch(
    /^GET \/api\/events: the stream at server\.js:42 .*res\.flushHeaders\(\).*usertwo\/drive\.mjs/,
  )
})

test('another route without an answer is said to need a request that it does', () => {
  const other = { route: 'GET /api/items', last: 'GET /api/items: 0 no answer' }
  expect(missingPoints([other], [], [silent])[0]).toMatch(/no request was found that it does/)
  const refused = { ...missing, last: 'GET /api/events: 400 {}' }
  expect(missingPoints([refused], [], [silent])[0]).toMatch(/no request was found that it does/)
})

test('a socket of express-ws is said to need messages, not a request', () => {
  const socket = { route: 'GET /chat/.websocket', last: 'GET /chat/.websocket: 404 Not Found' }
  expect(missingPoints([socket], [], [])[0]).toMatch(
    /^\/chat: a WebSocket, .*sockets: \{ '\/chat': \['…'\] \}/,
  )
})

test('a handler that swallows its errors is named before', () => {
  const swallowed = { at: 'server.js:40', routes: ['GET /api/events'] }
  expect(missingPoints([missing], [swallowed], [silent])[0]).toMatch(/swallows its errors: server\.js:40/)
})

const routes = (count: number, answer: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => ({
    route: `GET /api/r${at}`,
    last: `GET /api/r${at}: ${answer(at)}`,
  }))

test('routes that the app’s own login refused are one line with the cause, whatever their bodies say', () => {
  const points = missingPoints(
    routes(76, (at) => `401 {"path":"/api/r${at}"}`),
    [],
    [],
  )
  expect(points).toEqual([
    expect.stringMatching(
      /^76 routes answered 401 .*GET \/api\/r0, GET \/api\/r1 and 74 more; GET \/api\/r0: 401 \{.*a login or a key of the app’s own refuses/,
    ),
  ])
})

test('routes with another answer in common are one line, and those without one are a line each', () => {
  const many = routes(3, () => '500 {"error":"no such table"}')
  const few = routes(2, () => '404 {}')
  const silent = routes(4, () => '0 no answer')
  const different = routes(3, (at) => `400 field ${at}`)
  const points = missingPoints([...many, ...few, ...silent, ...different], [], [])
  expect(points).toHaveLength(1 + 2 + 4 + 3)
  expect(points[0]).toMatch(/^3 routes answered 500 \{"error":"no such table"\} .*and 1 more\): find out why/)
  expect(points[1]).toMatch(/^GET \/api\/r0: no request was found that it does/)
})
