import express from 'express'
import { afterEach, expect, test, vi } from 'vitest'
import { usertwo, type Wrapped } from '../../../src/wrap.js'
import { gateOver, type Served, served } from '../../../test/support/app-gate.js'
import { debugAndOpsClosed } from './debug-and-ops-closed.js'

const ROUTES = { ops: ['/api/admin', '!/api/admin/settings'] }
const opened: (Wrapped | Served)[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await ('dispose' in one ? one.dispose() : one.stop())
  vi.unstubAllEnvs()
})

/** The app with its layers, with or without a row with the key 1. */
async function layered(row: boolean, dial: number, env: Record<string, string>, ops: string[]) {
  const all = { ENVIRONMENT: 'test', USERTWO_PHASE: String(dial), LOG_LEVEL: 'fatal', ...env }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  const app = express()
  app.get('/api/admin/stats', (_req, res) => void res.json({ all: 3 }))
  app.get('/api/admin/settings/:id', (_req, res) => void res.status(row ? 200 : 404).json({ row }))
  const config = { app: { start: ['node', 'a.js'] }, owner: { id: 1 }, users: { table: 'users' } }
  const wrapped = usertwo(app, { ...config, routes: { ops } })
  await wrapped.ready()
  const target = await served(wrapped)
  opened.push(wrapped, target)
  vi.unstubAllEnvs()
  return target
}

/** @param forgotten the running app has no exception */
async function said({ row, forgotten }: { row: boolean; forgotten: boolean }): Promise<string[]> {
  const ops = forgotten ? ['/api/admin'] : ROUTES.ops
  const targets = new Map<string, Promise<Served>>()
  const gate = gateOver(
    (options) => {
      const key = JSON.stringify(options)
      const known = targets.get(key) ?? layered(row, options.dial ?? 2, options.env ?? {}, ops)
      targets.set(key, known)
      return known
    },
    ['GET /api/admin/stats', 'GET /api/admin/settings/:id'],
    { routes: ROUTES },
  )
  return (await debugAndOpsClosed.run(gate)).problems.map(({ what }) => what)
}

test('an exception whose made-up row is also missing without the gate answers as before', async () => {
  expect(await said({ row: false, forgotten: false })).toEqual([])
  expect(await said({ row: true, forgotten: false })).toEqual([])
}, 30_000)

test('a forgotten exception does not answer', async () => {
  expect(await said({ row: true, forgotten: true })).toContain(
    'the exception /api/admin/settings/:id does not answer',
  )
}, 30_000)
