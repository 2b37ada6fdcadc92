import { mkdtemp, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startEmbedded } from '../../proof/postgres/embedded.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { wayTo } from '../../test/support/way.js'
import { connect, DatabaseUnreachable, waitForDatabase } from './connect.js'
import { redactUrl } from './url.js'

const UNREACHABLE = 'postgres://app:very%20secret@127.0.0.1:1/app'

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.unreachable(),
    (error: unknown) => error as Error,
  )
}

test('connects as the given login, under the given name, with a pool of its own', async () => {
  const database = await freshDatabase()
  const db = connect(database.url, { max: 2, applicationName: 'usertwo test' })
  const { rows } = await db.raw(
    `select current_setting('application_name') as name, current_database() as at`,
  )
  expect(rows).toEqual([{ name: 'usertwo test', at: database.name }])
  expect(db.client.pool.max).toBe(2)
  await db.destroy()
})

test('names the address that does not answer, without the password', async () => {
  const db = connect(UNREACHABLE)
  const error = await failure(db.raw('select 1'))
  expect(error).toBeInstanceOf(DatabaseUnreachable)
  expect(error.message).toContain('app:***@127.0.0.1:1/app')
  expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/very/)
  await db.destroy()
})

test('refuses anything except a PostgreSQL URL, without repeating it', () => {
  for (const url of ['mysql://app:very-secret@host/db', 'app:very secret@', ''])
    expect(() => connect(url)).toThrow(/^The database URL cannot be read. Give it as postgres:(?!.*very)/)
})

test('redacts a password wherever a URL can carry one', () => {
  expect(redactUrl('postgres://app:pw@host/db?sslmode=require')).toBe(
    'postgres://app:***@host/db?sslmode=require',
  )
  expect(redactUrl('postgres://host/db?password=pw')).toBe('postgres://host/db?password=***')
  expect(redactUrl('pw')).not.toContain('pw')
})

test('R2: waits for a database that comes up later', async () => {
  const dataDir = await mkdtemp('/var/tmp/usertwo-late-')
  const first = await startEmbedded({ dataDir, persistent: true })
  await first.stop()
  const waiting = waitForDatabase(first.url, { seconds: 20 })
  const early = await Promise.race([waiting.then(() => 'up'), sleep(1200, 'not yet')])
  expect(early).toBe('not yet')
  const late = await startEmbedded({ dataDir, persistent: true, port: first.port })
  await waiting
  await late.stop()
  await rm(dataDir, { recursive: true })
})

test('gives up after the given time, and at once when the server refuses the login', async () => {
  const start = Date.now()
  expect(await failure(waitForDatabase(UNREACHABLE, { seconds: 1 }))).toBeInstanceOf(DatabaseUnreachable)
  expect(Date.now() - start).toBeGreaterThan(400)
  const wrong = new URL((await freshDatabase()).url)
  wrong.password = 'wrong'
  expect((await failure(waitForDatabase(wrong.href, { seconds: 20 }))).message).toMatch(
    /password authentication failed/,
  )
})

test('a background connection that is never used does not keep the process running', async () => {
  const db = connect((await freshDatabase()).url, { max: 2, background: true })
  const client = db.client as {
    acquireRawConnection(): Promise<unknown>
    pool: { numFree(): number; free: { resource: { connection: { stream: { _handle: Handle } } } }[] }
  }
  const acquire = client.acquireRawConnection
  let made = 0
  client.acquireRawConnection = async () => {
    if (made++ > 0) await sleep(300)
    return acquire()
  }
  // The first connection answers the second query too, while the second is still being made.
  await Promise.all([db.raw('select 1'), db.raw('select 2')])
  await expect.poll(() => client.pool.numFree()).toBe(2)
  const holds = client.pool.free.map(({ resource }) => resource.connection.stream._handle.hasRef())
  expect(holds).toEqual([false, false])
  await db.destroy()
})
interface Handle {
  hasRef(): boolean
}

test('a silent connection is closed, and the next query gets another', async () => {
  const database = await freshDatabase()
  const way = await wayTo(database.url)
  const db = connect(way.url, { max: 1, patience: 1_000 })
  await db.raw('select 1')
  way.hang()
  const began = performance.now()
  const error = await failure(db.raw('select 1'))
  expect(performance.now() - began).toBeLessThan(6_000)
  expect(error.message).toContain('Connection terminated')
  await way.mend()
  await db.raw('select 1')
  // An idle connection is not a silent one.
  const [{ pid }] = (await db.raw('select pg_backend_pid() as pid')).rows
  await sleep(3_200)
  expect((await db.raw('select pg_backend_pid() as pid')).rows).toEqual([{ pid }])
  await db.destroy()
  await way.stop()
})

test('a process that was busy for longer than a server may be silent reads what arrived in the meantime', async () => {
  const database = await freshDatabase()
  const db = connect(database.url, { patience: 2_000 })
  await db.raw('select 1')
  const answer = db.raw('select pg_sleep(0.05), 7 as seven').then(({ rows }) => rows[0].seven)
  await new Promise((sent) => setImmediate(sent))
  // Blocks the event loop for longer than `patience` and the 2 s that a server may be silent beyond it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_500)
  expect(await answer).toBe(7)
  await db.destroy()
})
