import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { peekBody } from './peek-body.js'

const MOST = 100

let server: Server
afterEach(() => void server.close())

/** Serves `handle`, whose result is the answer. */
async function served(handle: (req: IncomingMessage) => Promise<unknown>): Promise<number> {
  server = createServer((req, res) => void handle(req).then((said) => res.end(JSON.stringify(said))))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** What a handler finds after a peek. */
const peekedAndRead = async (req: IncomingMessage) => [await peekBody(req, MOST), await text(req)]

const send = async (port: number, body: string | null, headers = {}) =>
  (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, headers })).json()

test('a body is returned, and still there for the handler', async () => {
  const port = await served(peekedAndRead)
  expect(await send(port, 'ä=1&b=2')).toEqual(['ä=1&b=2', 'ä=1&b=2'])
})

test('a body that arrives in pieces is waited for', async () => {
  const port = await served(peekedAndRead)
  const socket = connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 6\r\n\r\nabc')
  setTimeout(() => socket.write('def'), 50)
  expect(await text(socket)).toContain('["abcdef","abcdef"]')
})

test('a handler that pipes the body gets all of it, and its end', async () => {
  const port = await served(async (req) => {
    await peekBody(req, MOST)
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece))
    await once(req, 'end')
    return Buffer.concat(pieces).toString()
  })
  expect(await send(port, 'x'.repeat(MOST))).toBe('x'.repeat(MOST))
})

test('a longer body, none, one of unknown length, and one that has been read are left alone', async () => {
  const port = await served(peekedAndRead)
  const long = 'x'.repeat(MOST + 1)
  expect(await send(port, long)).toEqual([null, long])
  expect(await send(port, null)).toEqual([null, ''])
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
  )
  expect(await text(socket)).toContain('[null,"a"]')
  server.close()
  const read = await served(async (req) => [await text(req), await peekBody(req, MOST)])
  expect(await send(read, 'a')).toEqual(['a', null])
})

test('a client that disconnects before its body has arrived ends the wait', async () => {
  let ended: Promise<unknown> = Promise.resolve()
  const port = await served((req) => {
    ended = peekBody(req, MOST)
    return ended
  })
  const socket = connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\nabc')
  await once(server, 'request')
  socket.destroy()
  expect(await ended).toBeNull()
})
