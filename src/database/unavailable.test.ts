import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/postgres.js'
import { wayTo } from '../../test/support/way.js'
import { connect } from './connect.js'
import { isUnavailable } from './unavailable.js'

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error as Error,
  )

async function asAdmin({ adminUrl }: { adminUrl: string }, sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(sql)
  await admin.end()
}

test('a transaction whose backend ended between two queries counts the database as unavailable', async () => {
  const database = await freshDatabase()
  const db = connect(database.url, { max: 1, patience: 2_000 })
  const ended = db.transaction(async (trx) => {
    const { rows } = await trx.raw('select pg_backend_pid() as pid')
    await asAdmin(database, `select pg_terminate_backend(${rows[0].pid})`)
    await sleep(200)
    await trx.raw('select 1')
  })
  const error = await failureOf(ended)
  expect(isUnavailable(error), error.message).toBe(true)
  await db.raw('select 1')
  await db.destroy()
})

test('so does one that lost a race, waits too long, is refused a connection, or writes to a closed socket', async () => {
  const database = await freshDatabase()
  const way = await wayTo(database.url)
  const db = connect(way.url, { max: 2, patience: 2_000 })
  await db.raw('create table places (id int primary key, at int)')
  await db.raw('insert into places values (1, 1), (2, 2)')
  const swapped = async (one: number, other: number) => {
    await db.transaction(async (trx) => {
      await trx.raw('update places set at = 0 where id = ?', [one])
      await sleep(100)
      await trx.raw('update places set at = 0 where id = ?', [other])
    })
  }
  const lost = (await Promise.allSettled([swapped(1, 2), swapped(2, 1)])).filter(
    (one) => one.status === 'rejected',
  )
  expect(lost.length).toBeGreaterThan(0)
  expect(lost.map(({ reason }) => isUnavailable(reason))).not.toContain(false)
  expect(isUnavailable(await failureOf(db.raw('select pg_sleep(3)')))).toBe(true)
  await way.cut()
  expect(isUnavailable(await failureOf(db.raw('select 1')))).toBe(true)
  expect(isUnavailable(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).toBe(true)
  await db.destroy()
  await way.stop()
})

test('a wrong query, and a value that is not an error, say nothing about the database', async () => {
  const database = await freshDatabase()
  const db = connect(database.url, { max: 1 })
  for (const sql of ['select 1 / 0', 'select * from nowhere', 'selec'])
    expect(isUnavailable(await failureOf(db.raw(sql))), sql).toBe(false)
  expect([undefined, 'ECONNRESET', { code: '53100' }].map(isUnavailable)).toEqual([false, false, false])
  await db.destroy()
})
