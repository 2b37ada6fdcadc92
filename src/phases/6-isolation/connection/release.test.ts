import knex, { type Knex } from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  asPerson,
  drained,
  failureOf,
  owners,
  PEOPLE,
  pgVersion,
  type SharedTables,
  sharedTables,
} from '../../../../test/support/shared-tables.js'
import { attach } from './attach.js'
import { type ReleasingClient, releaseOnce } from './release.js'

const ROUNDS = 5
const PID = 'select pg_backend_pid() as pid'

let tables: SharedTables
let detach: () => void
beforeAll(async () => {
  tables = await sharedTables()
  detach = attach(pg, pgVersion, () => tables.policy)
})
afterAll(() => detach())

function database(): Knex {
  // knex logs a warning for each connection it discards.
  const log = { warn() {} }
  return knex({ client: 'pg', connection: tables.url, pool: { min: 0, max: 2 }, log })
}

/** Runs streams, then transactions, for forty users: returns how many shared a connection, or saw another user's row. */
async function streamsThenTransactions(db: Knex): Promise<{ met: number; wrong: number }> {
  const inside = new Map<number, number>()
  let met = 0
  let wrong = 0
  const one = async (id: number) => {
    await drained(db('threads').select('user_id').limit(5).stream(), (row: { user_id: number }) => {
      if (row.user_id !== id) wrong++
    })
    await db.transaction(async (trx) => {
      const { pid } = (await trx.raw(PID)).rows[0]
      if (inside.has(pid)) met++
      inside.set(pid, id)
      if (owners(await trx('threads').select('user_id')).some((owner) => owner !== id)) wrong++
      await trx.raw('select pg_sleep(0.001)')
      if (inside.get(pid) === id) inside.delete(pid)
    })
  }
  await Promise.all(
    Array.from({ length: PEOPLE }, (_, at) =>
      asPerson(at + 1, async () => {
        for (let round = 0; round < ROUNDS; round++) await one(at + 1).catch(() => met++)
      }),
    ),
  )
  return { met, wrong }
}

test('after a stream two transactions never share a connection', async () => {
  const db = database()
  releaseOnce(db.client as ReleasingClient)
  releaseOnce(db.client as ReleasingClient)
  expect(await streamsThenTransactions(db)).toEqual({ met: 0, wrong: 0 })
  await db.destroy()
})

test('without the fix they do, and the connection layer refuses the queries: no row of another user is returned', async () => {
  const db = database()
  const { met, wrong } = await streamsThenTransactions(db)
  expect(met).toBeGreaterThan(0)
  expect(wrong).toBe(0)
  await db.destroy()
})

test('a stream that fails or is abandoned releases its connection once', async () => {
  const db = database()
  releaseOnce(db.client as ReleasingClient)
  await asPerson(1, async () => {
    for (let round = 0; round < 5; round++) {
      await failureOf(drained(db.raw('select 1 / (n - 3) from threads').stream() as never))
      const left = db('threads').select('*').stream()
      left.once('data', () => left.destroy())
      await new Promise((resolve) => left.once('close', resolve))
    }
    const begun: (() => void)[] = []
    const bothBegun = Promise.all([0, 1].map(() => new Promise<void>((resolve) => begun.push(resolve))))
    const pids = await Promise.all(
      begun.map((arrive) =>
        db.transaction(async (trx) => {
          const { pid } = (await trx.raw(PID)).rows[0]
          arrive()
          await bothBegun
          return pid
        }),
      ),
    )
    expect(new Set(pids).size).toBe(2)
  })
  await db.destroy()
})

test('a connection released inside an open transaction is closed', async () => {
  const db = database()
  releaseOnce(db.client as ReleasingClient)
  await asPerson(1, async () => {
    const before = (await db.raw(PID)).rows[0].pid
    await db.raw('begin')
    expect((await db.raw(PID)).rows[0].pid).not.toBe(before)
  })
  expect(owners(await asPerson(2, async () => await db('threads').select('user_id').limit(2)))).toEqual([
    2, 2,
  ])
  await db.destroy()
})

test('a client that is released while its BEGIN is on its way takes no write of the next user', async () => {
  const pool = new pg.Pool({ connectionString: tables.url, max: 1 })
  await asPerson(7, async () => {
    const client = await pool.connect()
    await client.query('select 1')
    const begun = client.query('begin')
    client.release()
    await begun
  })
  await asPerson(8, () => pool.query("insert into threads (title) values ('not lost')"))
  const { rows } = await asPerson(8, () => pool.query("select title from threads where title = 'not lost'"))
  expect(rows).toEqual([{ title: 'not lost' }])
  await pool.end()
})

test('and one whose query is still on its way goes back to the pool with its answer', async () => {
  const pool = new pg.Pool({ connectionString: tables.url, max: 1 })
  const { rows } = await asPerson(7, async () => {
    const client = await pool.connect()
    const asked = client.query('select pg_sleep(0.05), 1 as one')
    client.release()
    return asked
  })
  expect(rows).toMatchObject([{ one: 1 }])
  expect((await asPerson(8, () => pool.query('select 2 as two'))).rows).toEqual([{ two: 2 }])
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
  await pool.end()
})
