import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ask, withoutNonces } from './http.js'

let server: Server
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

async function serving(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a stream of events that never ends is cut after its last event, and its comments are left out', async () => {
  const url = await serving((_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write('data: one\n\n')
    setTimeout(() => res.write('data: two\n\n'), 150)
    const beat = setInterval(() => res.write(': beat\n\n'), 50)
    res.on('close', () => clearInterval(beat))
  })
  const { status, body } = await ask(url, 'GET', '/events')
  expect(status).toBe(200)
  expect(body).toBe('data: one\n\ndata: two\n\n')
}, 10_000)

test('cookies of a request are sent besides those of its visitor', async () => {
  const url = await serving((req, res) => void res.end(req.headers.cookie))
  const as = { name: 'other', address: '127.0.0.1', headers: { cookie: 'sid=mine' } }
  const headers = { cookie: 'user=1' }
  expect((await ask(url, 'GET', '/', { as, headers })).body).toBe('sid=mine; user=1')
  expect((await ask(url, 'GET', '/', { headers })).body).toBe('user=1')
  expect((await ask(url, 'GET', '/', { as })).body).toBe('sid=mine')
})

test('a recorded stream without an event is open and empty; its headers come with the first event', async () => {
  const url = await serving((_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
  })
  const { status, headers, body } = await ask(url, 'GET', '/events', { isStream: true })
  expect({ status, headers, body }).toEqual({
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: '',
  })
  await expect(ask(url, 'GET', '/events', { timeout: 400 })).rejects.toThrow('no end within 400 ms')
}, 10_000)

test('a recorded stream that is refused answers at once', async () => {
  const url = await serving((_req, res) => res.writeHead(401).end('login first'))
  expect(await ask(url, 'GET', '/events', { isStream: true })).toMatchObject({
    status: 401,
    body: 'login first',
  })
})

test('another answer that never ends fails when its time is over, although it goes on writing', async () => {
  const url = await serving((_req, res) => {
    const beat = setInterval(() => res.write('more'), 50)
    res.on('close', () => clearInterval(beat))
  })
  await expect(ask(url, 'GET', '/', { timeout: 400 })).rejects.toThrow('no end within 400 ms')
})

test('an answer that sends too much is cut, and says so', async () => {
  const url = await serving((_req, res) => {
    const page = Buffer.alloc(1 << 20, 'a')
    const write = () => {
      while (!res.destroyed && res.write(page));
    }
    res.on('drain', write)
    write()
  })
  await expect(ask(url, 'GET', '/')).rejects.toThrow(/^no answer to GET \/: no end within \d+ bytes$/)
}, 20_000)

test('a nonce that the policy of an answer names is left out of its body', () => {
  const page = '<script nonce="aB3-_x">go("aB3")</script>'
  expect(withoutNonces(page, { 'content-security-policy': "script-src 'self' 'nonce-aB3-_x'" })).toBe(
    '<script nonce="">go("aB3")</script>',
  )
  expect(withoutNonces(page, { 'content-security-policy-report-only': "style-src 'nonce-other'" })).toBe(page)
  expect(withoutNonces(page, {})).toBe(page)
})
