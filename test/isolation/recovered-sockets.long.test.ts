// A Socket.IO client that connects again as another user, with connectionStateRecovery.
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { currentUserId } from '../../src/index.js'
import { installLibraries } from '../matrix/libraries.mjs'
import { type Login, type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

interface ClientSocket {
  id: string
  recovered: boolean
  connected: boolean
  io: { opts: { extraHeaders: object }; engine: { close(): void } }
  on(event: string, listener: (...args: never[]) => void): void
  once(event: string, listener: (...args: never[]) => void): void
  close(): void
}
interface ServerSocket {
  data: { user?: unknown }
  join(room: string): void
}
interface SocketServer {
  on(event: 'connection', listener: (socket: ServerSocket) => void): void
  to(room: string): { emit(event: string, ...args: unknown[]): void }
  close(): Promise<void>
}

const loaded = createRequire(new URL('../matrix/libraries/package.json', import.meta.url))

let app: WrappedApp
let io: SocketServer
let connect: (url: string, options: object) => ClientSocket
let first: Login
let second: Login

beforeAll(async () => {
  installLibraries()
  const { Server } = loaded('socket.io')
  connect = loaded('socket.io-client').io
  app = await wrappedApp(() => {
    const inner = express()
    inner.post('/notes', express.json(), (req, res) => {
      io.to(`user:${currentUserId()}`).emit('note', req.body.text)
      res.status(201).end()
    })
    return inner
  })
  io = new Server(app.server, { connectionStateRecovery: {}, pingInterval: 500, pingTimeout: 500 })
  io.on('connection', (socket) => {
    socket.data.user ??= currentUserId()
    socket.join(`user:${currentUserId()}`)
  })
}, 300_000)
afterAll(async () => {
  await io?.close()
  await app?.dispose()
})
beforeEach(() => {
  ;[first, second] = app.people as [Login, Login]
})

const headersOf = ({ token }: Login) => ({ authorization: `Bearer ${token}` })

/** Connects as one user, drops the connection, and connects again as another while the first one writes. */
async function connectTwice(transport: string, before: Login, after: Login) {
  const heard: string[] = []
  const socket = connect(app.url, {
    transports: [transport],
    extraHeaders: headersOf(before),
    reconnectionDelay: 300,
    reconnectionDelayMax: 300,
    forceNew: true,
  })
  socket.on('note', (text: string) => heard.push(text))
  try {
    await once(socket as never, 'connect')
    await app.ask(before, 'POST', '/notes', { text: 'before' })
    while (!heard.includes('before')) await sleep(20)
    socket.io.opts.extraHeaders = headersOf(after)
    socket.io.engine.close()
    await sleep(100)
    await app.ask(before, 'POST', '/notes', { text: 'missed' })
    await once(socket as never, 'connect')
    await app.ask(before, 'POST', '/notes', { text: 'later' })
    await app.ask(after, 'POST', '/notes', { text: 'own' })
    while (!heard.includes('own')) await sleep(20)
    return { recovered: socket.recovered, heard }
  } finally {
    socket.close()
  }
}

test.each(['websocket', 'polling'])(
  'another user gets neither the rooms nor the missed messages of the connection before, by %s',
  async (transport) => {
    expect(await connectTwice(transport, first, second)).toEqual({
      recovered: false,
      heard: ['before', 'own'],
    })
  },
)

test.each(['websocket', 'polling'])('the same user gets both, by %s', async (transport) => {
  expect(await connectTwice(transport, first, first)).toEqual({
    recovered: true,
    heard: ['before', 'missed', 'later', 'own'],
  })
})
