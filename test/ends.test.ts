import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from './support/built.js'
import { type Program, startProgram } from './support/program.js'
import { redisVersion, startRedis } from './support/redis.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
/** The toolkit's own pool lets go of a connection after 30 s. */
const SOON_MS = 10_000

const APP = `
  import express from 'express'
  import pg from 'pg'
  import { scope, usertwo } from 'usertwo'
  export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
  scope(pool)
  const inner = express()
  inner.get('/api/notes', async (_req, res) => res.json((await pool.query('select * from notes')).rows))
  inner.get('/health', (_req, res) => res.json({ ok: true }))
  export const app = usertwo(inner, {
    app: { start: ['node', 'server.mjs'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: { notes: { owner: 'user_id' } },
    routes: { public: ['GET /health'] },
  })`
const GRACEFUL = `
  process.on('SIGTERM', () => server.close(() => pool.end()))
  console.log('port', server.address().port)`

let wrapped: WrappedApp
let folder: string

beforeAll(async () => {
  await build()
  wrapped = await wrappedApp(() => express())
  folder = mkdtempSync(join(tmpdir(), 'usertwo-ends-'))
  symlinkSync(MODULES, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'app.mjs'), APP)
}, 120_000)
afterAll(async () => {
  await wrapped?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

function run(source: string, env: Record<string, string> = {}): Program {
  return startProgram(folder, source, { ...wrapped.env, ...env })
}

/** @returns the exit code, or null when it had to be killed */
async function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const late = setTimeout(() => child.kill('SIGKILL'), SOON_MS)
  const [code] = await once(child, 'exit')
  clearTimeout(late)
  return code
}

describe('a wrapped process ends by itself soon after its work', () => {
  test.each([
    ['its own server', `const server = createServer(app).listen(0, '127.0.0.1', up)`],
    ['the server of listen()', `const server = await app.listen(0, '127.0.0.1'); up()`],
  ])(
    'when %s has closed, logins and all',
    async (_what, serve) => {
      const { child, port, said } = run(`
      import { createServer } from 'node:http'
      import { app, pool } from './app.mjs'
      ${serve}
      function up() { ${GRACEFUL} }`)
      const at = `http://127.0.0.1:${await port()}`
      const headers = { 'content-type': 'application/json', connection: 'close' }
      const body = JSON.stringify({ email: 'unknown@example.com', password: 'not the right one' })
      expect((await fetch(`${at}/api/auth/login`, { method: 'POST', headers, body })).status).toBe(401)
      const authorization = `Bearer ${wrapped.people[0]!.token}`
      const list = await fetch(`${at}/api/notes`, { headers: { connection: 'close', authorization } })
      expect([list.status, await list.json()]).toEqual([200, []])
      child.kill('SIGTERM')
      expect([await endOf(child), said()]).toEqual([0, expect.any(String)])
    },
    60_000,
  )

  test.skipIf(!redisVersion())(
    'when its server has closed, with limits in Redis',
    async () => {
      const redis = await startRedis()
      const source = `
      import { app, pool } from './app.mjs'
      const server = await app.listen(0, '127.0.0.1')
      ${GRACEFUL}`
      const { child, port, said } = run(source, { REDIS_URL: redis.url })
      const headers = { connection: 'close' }
      expect((await fetch(`http://127.0.0.1:${await port()}/api/notes`, { headers })).status).toBe(401)
      child.kill('SIGTERM')
      expect([await endOf(child), said()]).toEqual([0, expect.any(String)])
      await redis.stop()
    },
    60_000,
  )

  test('when it is a script that only imports the app', async () => {
    const { child, said } = run(`
      import { asSystem } from 'usertwo'
      import { app, pool } from './app.mjs'
      await app.ready()
      console.log((await asSystem('counting', () => pool.query('select count(*)::int from users'))).rows)
      await pool.end()`)
    expect([await endOf(child), said()]).toEqual([0, expect.stringContaining('count: 2')])
  }, 60_000)
})

test('knex and its query layer wait for the layers too', async () => {
  const { child, said } = run(`
    import knex from 'knex'
    import { scope } from 'usertwo'
    import { app, pool } from './app.mjs'
    const db = scope(knex({ client: 'pg', connection: process.env.DATABASE_URL }))
    console.log((await db.raw('select 1 + 1 as two')).rows)
    await app.listen(0, '127.0.0.1').then((server) => server.close())
    await db.destroy()
    await pool.end()`)
  expect([await endOf(child), said()]).toEqual([0, '[ { two: 2 } ]\n'])
}, 60_000)

test('an app’s query from before the layers are ready waits for them, and has no user', async () => {
  const { child, said } = run(`
    import { app, pool } from './app.mjs'
    console.log((await pool.query('select 1 + 1 as two')).rows, await pool.query('select * from notes').catch(({ code }) => code))
    const server = await app.listen(0, '127.0.0.1')
    server.close(() => pool.end())`)
  expect([await endOf(child), said()]).toEqual([
    0,
    expect.stringMatching(/\[ \{ two: 2 \} \] no_current_user\n$/),
  ])
}, 60_000)
