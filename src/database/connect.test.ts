import { mkdtemp, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/postgres.js'
import { startEmbedded } from '../tools/postgres/embedded.js'
import { connect, DatabaseUnreachable, waitForDatabase } from './connect.js'
import { redactUrl } from './url.js'

const NOBODY = 'postgres://app:very%20secret@127.0.0.1:1/app'

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

test('says where nothing answers, without the password', async () => {
  const db = connect(NOBODY)
  const error = await failure(db.raw('select 1'))
  expect(error).toBeInstanceOf(DatabaseUnreachable)
  expect(error.message).toContain('app:***@127.0.0.1:1/app')
  expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/very/)
  await db.destroy()
})

test('refuses what is no PostgreSQL URL, without repeating it', () => {
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
  expect(await failure(waitForDatabase(NOBODY, { seconds: 1 }))).toBeInstanceOf(DatabaseUnreachable)
  expect(Date.now() - start).toBeGreaterThan(400)
  const wrong = new URL((await freshDatabase()).url)
  wrong.password = 'wrong'
  expect((await failure(waitForDatabase(wrong.href, { seconds: 20 }))).message).toMatch(
    /password authentication failed/,
  )
})
