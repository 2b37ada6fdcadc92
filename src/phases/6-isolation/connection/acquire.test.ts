import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeAll, expect, test } from 'vitest'
import {
  asPerson,
  pgVersion,
  type SharedTables,
  sharedTables,
} from '../../../../test/support/shared-tables.js'
import { acting } from '../../../core/context.js'
import { attach } from './attach.js'

const ROUNDS = 200

let tables: SharedTables
let detach = () => {}
let pool: pg.Pool
beforeAll(async () => {
  tables = await sharedTables()
})
afterEach(async () => {
  await pool.end()
  detach()
})

const currentId = () => {
  const who = acting()
  return who?.kind === 'user' ? who.id : null
}

/** Has a pool whose listener of `acquire` sets the current user for the app's own use. */
function openPool(options: pg.PoolConfig = {}): unknown[] {
  const acquired: unknown[] = []
  pool = new pg.Pool({ connectionString: tables.url, max: 1, ...options })
  pool.on('acquire', (client) => {
    acquired.push(currentId())
    void client.query("select set_config('app.user', $1, false)", [String(currentId())])
  })
  return acquired
}

const SHOWN = "select current_setting('app.user') as shown, (select distinct user_id from threads) as id"

const byPool = () => pool.query(SHOWN)
async function byPromise(): Promise<pg.QueryResult> {
  const client = await pool.connect()
  return client.query(SHOWN).finally(() => client.release())
}
const byCallback = () =>
  new Promise<pg.QueryResult>((resolve, reject) =>
    pool.connect((error, client, release) => {
      if (error || !client) return reject(error)
      client.query(SHOWN, (failed, result) => {
        release()
        if (failed) reject(failed)
        else resolve(result)
      })
    }),
  )

test.each([
  ['pool.query()', byPool],
  ['pool.connect()', byPromise],
  ['pool.connect(callback)', byCallback],
])('a listener of acquire runs for the user who gets the client, by %s', async (_how, work) => {
  detach = attach(pg, pgVersion, () => tables.policy)
  const acquired = openPool()
  const ids = Array.from({ length: ROUNDS }, (_, at) => 1 + (at % 3))
  const shown = await Promise.all(ids.map((id) => asPerson(id, work)))
  expect(shown.map(({ rows }) => rows)).toEqual(ids.map((id) => [{ shown: String(id), id }]))
  expect([...acquired].sort()).toEqual([...ids].sort())
})

test('a client that comes too late for its caller is acquired without a user, before its release', async () => {
  detach = attach(pg, pgVersion, () => tables.policy)
  pool = new pg.Pool({
    connectionString: tables.url,
    max: 1,
    connectionTimeoutMillis: 500,
    maxLifetimeSeconds: 1,
  })
  const events: unknown[] = []
  pool.on('acquire', () => events.push(['acquire', currentId()]))
  pool.on('release', () => events.push('release'))
  await asPerson(1, byPoolOnce)
  await sleep(1_300)
  expect(events).toEqual([['acquire', 1], 'release', ['acquire', null], 'release'])
})
const byPoolOnce = () => pool.query('select 1 as one')

test('without the layer acquire is emitted as before', async () => {
  const undo = attach(pg, pgVersion, () => tables.policy)
  const acquired = openPool()
  await asPerson(1, byPool)
  undo()
  await asPerson(2, byPoolOnce)
  await asPerson(2, byPoolOnce)
  expect(acquired).toHaveLength(3)
})
