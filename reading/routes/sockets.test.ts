import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { readSources } from '../syntax/sources.js'
import { eventStreamsInSource, socketsInSource } from './sockets.js'

let folder: string
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function sourcesOf(text: string) {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-sockets-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'app.js'), text)
  const config = parseConfig({
    app: { start: ['node', 'app.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  return (await readSources(folder, config)).server
}

test.each([
  [
    `import { WebSocketServer } from 'ws'\nnew WebSocketServer({ server, path: '/live' })`,
    'WebSocket',
    '/live',
  ],
  [`import WebSocket from 'ws'\nnew WebSocket.Server({ server })`, 'WebSocket', null],
  [`import { Server } from 'socket.io'\nnew Server(server)`, 'Socket.IO', '/socket.io/'],
  [`const io = require('socket.io')(server)`, 'Socket.IO', '/socket.io/'],
  [`import expressWs from 'express-ws'\nexpressWs(app)\napp.ws('/live', (ws) => {})`, 'WebSocket', '/live'],
  [`import expressWs from 'express-ws'\nexpressWs(app)\nrouter.ws('/live', (ws) => {})`, 'WebSocket', null],
  [`server.on('upgrade', (req, socket) => {})`, 'WebSocket', null],
])('finds the socket of %s', async (text, kind, path) => {
  expect(socketsInSource(await sourcesOf(text))).toMatchObject([{ kind, path }])
})

test('socket clients and the upgrade listener of a noServer server are not counted', async () => {
  const text = `import { WebSocket, WebSocketServer } from 'ws'
new WebSocket('wss://prices.example')
const wss = new WebSocketServer({ noServer: true })
server.on('upgrade', (req, socket, head) => wss.handleUpgrade(req, socket, head, () => {}))`
  const found = socketsInSource(await sourcesOf(text))
  expect(found).toMatchObject([{ kind: 'WebSocket', at: 'app.js:3' }])
})

test('finds where server-sent events are streamed', async () => {
  const text = `res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })`
  expect(eventStreamsInSource(await sourcesOf(text))).toEqual(['app.js:1'])
})
