import { type ClientRequest, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { usertwo, type Wrapped } from '../../src/wrap.js'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
  vi.unstubAllEnvs()
})

const REBOUND = 'rebound.example:3000'

/** An app with a WebSocket's listener of its own, on a server of its own, wrapped at this dial. */
async function started(dial: number, env: Record<string, string> = {}): Promise<Server> {
  const all = { ENVIRONMENT: 'test', USERTWO_PHASE: String(dial), LOG_LEVEL: 'silent', ...env }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  const app = express()
  app.get('/rows', (_req, res) => void res.json(['mine']))
  const wrapped: Wrapped = usertwo(app, {
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  const server = createServer(wrapped)
  server.on('upgrade', (_req, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  open.push(
    async () => server.close(),
    () => wrapped.dispose(),
  )
  return server
}

function ask(server: Server, host: string, more: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo
  return new Promise<{ status: number; body: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const sent: ClientRequest = request(
      { port, host: '127.0.0.1', path: '/rows', headers: { host, ...more }, agent: false },
      async (res) => {
        let body = ''
        for await (const part of res) body += part
        resolve({ status: res.statusCode!, body, headers: res.headers })
      },
    )
    sent.on('upgrade', (res, socket) => {
      socket.destroy()
      resolve({ status: res.statusCode!, body: '', headers: res.headers })
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe.each([0, 1, 2])('at dial %i', (dial) => {
  test('a page whose name was pointed at this machine reads nothing', async () => {
    const server = await started(dial)
    const { status, body, headers } = await ask(server, REBOUND)
    expect(status).toBe(421)
    expect(JSON.parse(body)).toMatchObject({
      code: 'unknown_host',
      detail: expect.stringMatching(/ALLOWED_HOSTS/),
    })
    expect(body).not.toMatch(/mine|rebound/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
    })
    for (const host of ['localhost:3000', '127.0.0.1', 'web:3000'])
      expect(await ask(server, host)).toMatchObject({ status: 200, body: '["mine"]' })
  })

  test('nor by a WebSocket, while the app’s own pages still have theirs', async () => {
    const server = await started(dial)
    const handshake = { connection: 'Upgrade', upgrade: 'websocket' }
    expect((await ask(server, REBOUND, handshake)).status).toBe(421)
    expect((await ask(server, 'localhost', handshake)).status).toBe(101)
  })

  test('listed names, those of CORS_ORIGINS and of the platform are answered', async () => {
    const server = await started(dial, {
      ALLOWED_HOSTS: '.pile.example',
      CORS_ORIGINS: 'https://app.example.com',
      RAILWAY_PUBLIC_DOMAIN: 'pile.up.railway.app',
    })
    for (const host of [
      'a.pile.example',
      'app.example.com',
      'pile.up.railway.app',
      'healthcheck.railway.app',
    ])
      expect((await ask(server, host)).status, host).toBe(200)
    expect((await ask(server, REBOUND)).status).toBe(421)
  })
})
