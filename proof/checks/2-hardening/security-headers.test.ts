import express, { type RequestHandler } from 'express'
import { afterEach, expect, test, vi } from 'vitest'
import { usertwo, type Wrapped } from '../../../src/wrap.js'
import { gateOver, type Served, served } from '../../../test/support/app-gate.js'
import { securityHeadersCheck } from './security-headers.js'

const opened: (Wrapped | Served)[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await ('dispose' in one ? one.dispose() : one.stop())
  vi.unstubAllEnvs()
})

/** What the check finds on an app at dial 2 whose answers `handle` gives. */
async function said(handle: RequestHandler): Promise<string[]> {
  const all = { ENVIRONMENT: 'test', USERTWO_PHASE: '2', LOG_LEVEL: 'fatal' }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  const app = express().use(handle)
  const config = { app: { start: ['node', 'a.js'] }, owner: { id: 1 }, users: { table: 'users' } }
  const wrapped = usertwo(app, config)
  await wrapped.ready()
  const target = await served(wrapped)
  opened.push(wrapped, target)
  const { problems } = await securityHeadersCheck.run(gateOver(async () => target, ['GET /quotes'], {}))
  return problems.map(({ what }) => what)
}

const DASHBOARD = "frame-ancestors 'self' https://dash.example.com"

test('an app whose policy names who may frame it needs no X-Frame-Options', async () => {
  expect(await said((_req, res) => void res.set('Content-Security-Policy', DASHBOARD).json([]))).toEqual([])
  const policy = `default-src 'self'; ${DASHBOARD}`
  const page: RequestHandler = (_req, res) =>
    void res.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end('<p>')
  expect(await said(page)).toEqual([])
  const two = ["default-src 'self'", DASHBOARD]
  expect(await said((_req, res) => void res.set('Content-Security-Policy', two).json([]))).toEqual([])
}, 30_000)

test('an answer that says nowhere who may frame it is a problem', async () => {
  const silent: RequestHandler = (_req, res) => {
    res.removeHeader('X-Frame-Options')
    res.set('Content-Security-Policy', "default-src 'self'")
    res.set('Content-Security-Policy-Report-Only', DASHBOARD).json([])
  }
  expect(await said(silent)).toContain('/quotes: x-frame-options')
}, 30_000)
