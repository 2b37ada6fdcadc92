import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build } from './support/built.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const COMMAND = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

const CONFIG = `export default {
  app: { start: ['node', 'main.mjs'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
  routes: { public: ['GET /health', 'GET /slow', 'GET /stuck'] },
}`
/** Timers of its own keep it running: only the end of the process ends it. */
const INNER = `
  import express from 'express'
  import pg from 'pg'
  export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 3, application_name: 'the app' })
  setInterval(() => {}, 1000)
  export const inner = express()
  inner.get('/health', (_req, res) => res.json({ ok: true }))
  inner.get('/slow', async (_req, res) => {
    await pool.query('select pg_sleep(1)')
    res.json({ done: true })
  })
  inner.get('/stuck', () => {})`
const WRAPPED = `
  import { createServer } from 'node:http'
  import { scope, usertwo } from 'usertwo'
  import config from './usertwo.config.mjs'
  import { inner, pool } from './inner.mjs'
  scope(pool)
  const app = usertwo(inner, config)
  const up = (server) => console.log('port', server.address().port)`
const LISTENS = `${WRAPPED}
  up(await app.listen(0, '127.0.0.1'))`

let wrapped: WrappedApp
let folder: string
const running: ChildProcess[] = []

beforeAll(async () => {
  await build()
  wrapped = await wrappedApp(() => express())
  folder = mkdtempSync(join(tmpdir(), 'usertwo-stop-'))
  symlinkSync(MODULES, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
  writeFileSync(join(folder, 'inner.mjs'), INNER)
}, 120_000)
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await wrapped?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

async function serve(source: string, env: Record<string, string> = {}, args = ['main.mjs']) {
  writeFileSync(join(folder, 'main.mjs'), source)
  const { PATH } = process.env
  const given = {
    PATH,
    ...wrapped.env,
    LOG_LEVEL: 'info',
    USERTWO_STOP_DELAY: '1',
    USERTWO_STOP_LIMIT: '4',
    ...env,
  }
  const child = spawn(process.execPath, args, { cwd: folder, env: given })
  running.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  let port: string | undefined
  while (!port) {
    if (child.exitCode !== null) throw new Error(said)
    await sleep(20)
    port = /^port (\d+)$/m.exec(said)?.[1]
  }
  const at = `http://127.0.0.1:${port}`
  return { child, ended, at, said: () => said, ask: (path: string) => fetch(`${at}${path}`) }
}

const sessions = () =>
  wrapped.stored<{ of: string }>(
    `select application_name as of from pg_stat_activity where datname = current_database()
     and (application_name = 'the app')`,
  )

describe.each([
  ['the server of listen()', LISTENS, undefined],
  [
    'a server of its own',
    `${WRAPPED}
    await app.ready()
    const server = createServer(app).listen(0, '127.0.0.1', () => up(server))`,
    undefined,
  ],
  [
    'usertwo run',
    `import { inner } from './inner.mjs'
    const server = inner.listen(0, '127.0.0.1', () => console.log('port', server.address().port))`,
    [COMMAND, 'run', '--', 'node', 'main.mjs'],
  ],
])('SIGTERM to %s', (_what, source, args) => {
  test('lets requests in flight finish, closes pools and ends with 0', async () => {
    const app = await serve(source, {}, args)
    expect(await (await app.ask('/ready')).json()).toMatchObject({ ready: true })
    const slow = app.ask('/slow')
    await expect.poll(sessions).not.toEqual([])
    app.child.kill('SIGTERM')
    await sleep(300)
    const ready = await app.ask('/ready')
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({ ready: false, why: 'the process is stopping' }),
    ])
    const late = await app.ask('/slow')
    expect([late.status, late.headers.get('connection')]).toEqual([200, 'close'])
    expect(await late.json()).toEqual({ done: true })
    expect(await (await slow).json()).toEqual({ done: true })
    expect([await app.ended, app.said()]).toEqual([[0, null], expect.any(String)])
    expect(await sessions()).toEqual([])
    await expect(app.ask('/ready')).rejects.toThrow()
  }, 60_000)

  test('ends it at once at dial 0, as before usertwo', async () => {
    const app = await serve(source, { USERTWO_PHASE: '0' }, args)
    app.child.kill('SIGTERM')
    expect(await app.ended).toEqual(args ? [143, null] : [null, 'SIGTERM'])
  }, 60_000)
})

test('a request that never ends is cut off at the limit, and that is said', async () => {
  const app = await serve(LISTENS, { USERTWO_STOP_DELAY: '0', USERTWO_STOP_LIMIT: '2' })
  const stuck = app.ask('/stuck').catch((error: Error) => error)
  await sleep(300)
  const began = performance.now()
  app.child.kill('SIGTERM')
  expect(await app.ended).toEqual([0, null])
  expect((performance.now() - began) / 1000).toBeGreaterThan(1.9)
  expect((performance.now() - began) / 1000).toBeLessThan(5)
  expect(await stuck).toBeInstanceOf(Error)
  expect(app.said()).toContain('1 connections were cut off after 2 s')
}, 60_000)

test('an app that ends itself is left to, and GET /ready answers 503 meanwhile', async () => {
  const app = await serve(`${LISTENS}
    process.on('SIGTERM', () => setTimeout(() => process.exit(7), 1500))`)
  app.child.kill('SIGTERM')
  await sleep(300)
  expect((await app.ask('/ready')).status).toBe(503)
  expect(await app.ended).toEqual([7, null])
}, 60_000)

test.each([
  ['3', 'process.__signal_exit_emitter__ = { count: 1 }'],
  ['4', `globalThis[Symbol.for('signal-exit emitter')] = { count: 1 }`],
])(
  'signal-exit %s, which only watches, is not taken for an end',
  async (_version, mark) => {
    const app = await serve(`${mark}
    process.on('SIGTERM', () => {})
    ${LISTENS}`)
    app.child.kill('SIGTERM')
    expect(await app.ended).toEqual([0, null])
  },
  60_000,
)

test('a stop without time for requests in flight is refused at the start', async () => {
  await expect(serve(LISTENS, { USERTWO_STOP_DELAY: '4' })).rejects.toThrow(
    /USERTWO_STOP_DELAY=4: no time is left.*lower than USERTWO_STOP_LIMIT \(4\)/,
  )
}, 60_000)
