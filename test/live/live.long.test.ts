// An app with a WebSocket and a stream of events, adopted by init, judged by the gate, and with planted leaks.
import { expect, test } from 'vitest'
import { gated, plant, usertwo } from '../init/play.mjs'
import { liveApp, ONLY } from './live-app.js'

const app = liveApp('ticker')
const QUEUE = `const queued = []
setInterval(() => {
  for (const item of queued.splice(0)) for (const send of listeners) send(item)
}, 100)
const created = (item) => queued.push(item)`

const COUNTS = `let count = 0
let due = false
const created = () => (due = true)
setInterval(() => {
  if (due) for (const socket of sockets.clients) socket.send(JSON.stringify({ count: ++count }))
  due = false
}, 100)`

const SOCKETS = `const created = (item) => {
  for (const socket of sockets.clients) socket.send(JSON.stringify(item))
}`

test('init ends, and names the socket and the stream', async () => {
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^socket +likely +\/ws: a WebSocket .*run as the user of the handshake/m)
  expect(stdout).toMatch(/^stream +likely +server-sent events/m)
  expect(stdout).not.toContain('usertwo(server')
}, 120_000)

test('a socket to which nothing came is no pass', async () => {
  const { go, red } = await gated(app.folder, ...ONLY)
  expect(go).toBe(false)
  expect(red).toEqual([
    expect.stringMatching(/isolation\.live: unknown: GET \/ws .*name messages .*app\.sockets/),
  ])
}, 180_000)

test('with a message that it answers the app is GO', async () => {
  plant(app.folder, {
    file: 'usertwo.config.cjs',
    from: "    health: '/health'",
    to: "    sockets: { '/ws': ['list'] },\n    health: '/health'",
  })
  const only =
    'isolation.live,isolation.baseline,isolation.foreign-ids,isolation.at-once,isolation.foreign-at-once'
  expect(await gated(app.folder, '6', '--only', only)).toMatchObject({ go: true, checks: 5, red: [] })
}, 600_000)

test('what a timer sends to every stream is NO-GO, by its route', async () => {
  const { go, red } = await app.planted('const created = (_item) => {}', QUEUE)
  expect(go).toBe(false)
  expect(red.join()).toMatch(/isolation\.live: fail: GET \/api\/events what .* wrote .* was pushed to the/)
}, 180_000)

test('what a request sends to every socket is NO-GO, by its path', async () => {
  const { go, red } = await app.planted('const created = (_item) => {}', SOCKETS)
  expect(go).toBe(false)
  expect(red.join()).toMatch(/isolation\.live: fail: GET \/ws the socket of the .* was ended/)
}, 180_000)

test('a count that a timer sends to every socket after a write is NO-GO, by its path', async () => {
  const { go, red } = await app.planted('const created = (_item) => {}', COUNTS)
  expect(go).toBe(false)
  expect(red.join()).toMatch(
    /isolation\.live: fail: GET \/ws an event comes to the other by a socket after POST \/api\/items/,
  )
}, 180_000)
