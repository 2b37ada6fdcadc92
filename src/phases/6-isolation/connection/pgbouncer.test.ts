import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { libraries } from '../../../../test/support/libraries.js'
import { type PgBouncer, pgbouncerVersion, startPgBouncer } from '../../../../test/support/pgbouncer.js'
import {
  asPerson,
  concurrently,
  failureOf,
  pgVersion,
  type SharedTables,
  sharedTables,
} from '../../../../test/support/shared-tables.js'
import { attach } from './attach.js'

const RESULTS = 800
const ALL_MINE = 'select distinct user_id from threads'

const installed = pgbouncerVersion()
if (!installed && process.env.CI) throw new Error('PgBouncer is missing: apt-get install pgbouncer')
if (!installed) console.warn('NOT TESTED: nothing was run through PgBouncer, which is not installed here.')

describe.skipIf(!installed)('behind PgBouncer in transaction mode', () => {
  let tables: SharedTables
  let bouncer: PgBouncer
  let detach: () => void
  let startupOptions = false
  beforeAll(async () => {
    tables = await sharedTables()
    bouncer = await startPgBouncer(await requestLogin(tables))
    detach = attach(pg, pgVersion, () => ({ ...tables.policy, startupOptions }))
  })
  afterAll(async () => {
    detach()
    await bouncer.stop()
  })

  test.each(Object.keys(libraries))('forty users get their own rows by %s', async (name) => {
    const library = libraries[name]!(bouncer.url, false)
    const counters = await concurrently(RESULTS, library.work)
    await library.end()
    expect(counters.results).toBeGreaterThanOrEqual(RESULTS)
    expect(counters).toMatchObject({ wrong: 0, lost: 0 })
  })

  test('a query without a user finds nothing, nor does a statement after a commit in the same text', async () => {
    const client = new pg.Client(bouncer.url)
    await client.connect()
    const text = `begin; ${ALL_MINE}; commit; ${ALL_MINE}`
    const results = (await asPerson(1, () => client.query(text))) as unknown as pg.QueryResult[]
    expect(results.map((result) => result.rows)).toEqual([[], [{ user_id: 1 }], [], []])
    expect((await client.query(ALL_MINE)).rows).toEqual([])
    await client.end()
  })

  test('the startup options are refused by it, so they must be off', async () => {
    startupOptions = true
    const client = new pg.Client(bouncer.url)
    client.on('error', () => {})
    expect((await failureOf(client.connect())).message).toMatch(/unsupported startup parameter.*options/)
    startupOptions = false
  })
})

/** A login for requests alone, which starts in the request role by itself. */
async function requestLogin(tables: SharedTables): Promise<string> {
  const url = new URL(tables.url)
  const database = url.pathname.slice(1)
  const login = `${database}_login`
  const password = randomBytes(8).toString('hex')
  const admin = new pg.Client(tables.adminUrl)
  await admin.connect()
  await admin.query(`
    create role ${login} login password '${password}'; grant ${tables.requestRole} to ${login};
    alter role ${login} in database ${database} set role = ${tables.requestRole};
    alter role ${login} in database ${database} set usertwo.user_id = 'none'`)
  await admin.end()
  return Object.assign(url, { username: login, password }).href
}
