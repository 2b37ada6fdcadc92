import { createServer, type RequestListener, request, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, expect, it, vi } from 'vitest'
import { selfSigned } from '../../lab/rehearsal/self-signed.js'
import { usertwo, type Wrapped } from '../../src/wrap.js'
import { lookAtDeployment, ofTransport } from './deployment.js'

const config = { app: { start: ['node', 's.js'] }, owner: { id: 1 }, users: { table: 'users' } } as const
const opened: (Wrapped | Server)[] = []
afterEach(async () => {
  for (const one of opened.splice(0))
    await ('dispose' in one ? one.dispose() : new Promise((done) => one.close(done)))
  vi.unstubAllEnvs()
})

/** An app that is configured for the given number of proxies. */
async function deployed(told: number, dial = 2): Promise<string> {
  vi.stubEnv('ENVIRONMENT', 'test')
  vi.stubEnv('USERTWO_PHASE', String(dial))
  vi.stubEnv('TRUST_PROXY', String(told))
  vi.stubEnv('LOG_LEVEL', 'fatal')
  const app = usertwo(express(), { ...config, app: { start: [...config.app.start] } })
  opened.push(app)
  return urlOf(await app.listen(0, '127.0.0.1'))
}

/** A proxy before it, which notes whom it has it from. */
async function behindProxy(url: string, secure = false): Promise<string> {
  const pass: RequestListener = (req, res) => {
    const before = req.headers['x-forwarded-for']
    const from = [before, req.socket.remoteAddress].filter(Boolean).join(', ')
    const proto = secure ? { 'x-forwarded-proto': 'https' } : {}
    const headers = { ...req.headers, 'x-forwarded-for': from, ...proto }
    request(new URL(req.url!, url), { method: req.method, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(res)
    }).end()
  }
  const server = (secure ? createSecureServer(selfSigned, pass) : createServer(pass)).listen(0, '127.0.0.1')
  opened.push(server)
  await new Promise((on) => server.once('listening', on))
  return secure ? urlOf(server).replace('http:', 'https:') : urlOf(server)
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const states = async (url: string) =>
  Object.fromEntries((await lookAtDeployment(url)).map(({ about, state }) => [about, state]))

it('accepts a deployment that is configured for its real number of proxies', async () => {
  expect(await states(await deployed(0))).toEqual({ deployment: 'ok', 'proxy hops': 'ok' })
  expect(await states(await behindProxy(await deployed(1)))).toEqual({ deployment: 'ok', 'proxy hops': 'ok' })
})

it('finds one that believes what its clients invent', async () => {
  expect(await states(await deployed(1))).toEqual({ deployment: 'ok', 'proxy hops': 'wrong' })
  expect(await states(await behindProxy(await deployed(2)))).toEqual({
    deployment: 'ok',
    'proxy hops': 'wrong',
  })
})

it('says what it cannot know below phase 2, and recognises a deployment without usertwo', async () => {
  expect(await states(await deployed(0, 1))).toEqual({ deployment: 'ok', 'proxy hops': 'unknown' })
  expect(await states(await deployed(0, 0))).toEqual({ deployment: 'wrong' })
  expect(await states('http://127.0.0.1:1')).toEqual({ deployment: 'wrong' })
})

it('takes https without HSTS for a proxy too few', () => {
  const url = new URL('https://app.example.com')
  const said = (headers: Record<string, string>) => ofTransport(url, new Response(null, { headers }), 8)[0]!
  expect(said({})).toMatchObject({ state: 'wrong', fix: expect.stringContaining('raise it by one') })
  expect(said({ 'Strict-Transport-Security': 'max-age=1' }).state).toBe('ok')
})

it('asks a deployment over https, and finds the proxy that it was not told of', async () => {
  // The certificate is self-signed: only this test accepts it.
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  const told = await behindProxy(await deployed(1), true)
  expect(await states(told)).toEqual({ deployment: 'ok', 'proxy hops': 'ok', https: 'ok' })
  const untold = await behindProxy(await deployed(0), true)
  expect(await states(untold)).toEqual({ deployment: 'ok', 'proxy hops': 'ok', https: 'wrong' })
})

it('names an untrusted certificate as the reason', async () => {
  const [found, ...others] = await lookAtDeployment(await behindProxy(await deployed(1), true))
  expect(others).toEqual([])
  expect(found).toMatchObject({
    about: 'https',
    state: 'wrong',
    found: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  })
})
