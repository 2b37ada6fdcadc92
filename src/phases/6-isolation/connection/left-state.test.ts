import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asPerson,
  asTheSystem,
  failureOf,
  pgVersion,
  type SharedTables,
  sharedTables,
} from '../../../../test/support/shared-tables.js'
import { actAs, asUser } from '../../../core/context.js'
import { attach } from './attach.js'
import { releaseOnce } from './release.js'

const ZONE = 'Pacific/Chatham'

let tables: SharedTables
let detach: () => void
beforeAll(async () => {
  tables = await sharedTables()
  const admin = new pg.Client(tables.adminUrl)
  await admin.connect()
  await admin.query(`create schema apart; grant usage on schema apart to public`)
  await admin.query(
    `do $$ begin execute 'grant temporary on database ' || current_database() || ' to public'; end $$`,
  )
  await admin.end()
  detach = attach(pg, pgVersion, () => tables.policy)
})
afterAll(() => detach())

/** Work on the one connection of a pool that sets a time zone and a search path as it opens. */
async function onPool(work: (pool: pg.Pool) => Promise<void>, later = false): Promise<void> {
  const pool = new pg.Pool({ connectionString: tables.url, max: 1 })
  pool.on('connect', async (client) => {
    if (later) await client.query('select 1 as one, pg_sleep(0.01)')
    const set = [
      client.query(`set time zone '${ZONE}'`),
      client.query("select set_config('search_path', $1, false)", ['apart, public']),
    ]
    await Promise.all(set)
    await client.query('set application_name to opened')
  })
  try {
    // A slow handler has sent everything by then.
    await asPerson(1, () => pool.query('select pg_sleep(0.1)'))
    await work(pool)
  } finally {
    await pool.end()
  }
}

const settings = async (ask: { query(sql: string): Promise<{ rows: unknown[] }> }) =>
  (
    await ask.query(
      `select current_setting('timezone') as zone, current_setting('search_path') as path,
        current_setting('application_name') as name, current_setting('app.tenant', true) as tenant`,
    )
  ).rows[0]
const OPENED = { zone: ZONE, path: 'apart, public', name: 'opened' }

describe('U8: what a user sets on a pooled connection is not there for the next user', () => {
  test.each([
    ["select set_config('app.tenant', 'one', false)"],
    ["set app.tenant to 'one'"],
    ["begin; set session app.tenant to 'one'; commit"],
    ["/* /* */ set */ select set_config('app.tenant', 'one', false), pg_sleep(0)"],
    ["set app.tenant to 'one'; set time zone 'UTC'; set search_path to public; reset application_name"],
    ['discard all'],
  ])('%s', (sql) =>
    onPool(async (pool) => {
      await asPerson(1, () => pool.query(sql))
      await asPerson(2, async () => {
        const found = (await settings(pool)) as { tenant: string | null }
        expect(found).toMatchObject(OPENED)
        expect(found.tenant || null).toBeNull()
      })
    }),
  )

  test('but stays for that user', () =>
    onPool(async (pool) => {
      await asPerson(1, () => pool.query("set app.tenant to 'one'"))
      expect(await asPerson(1, () => settings(pool))).toMatchObject({ ...OPENED, tenant: 'one' })
    }))

  test('a temporary table', () =>
    onPool(async (pool) => {
      const ask = () => pool.query('select * from notes_of_one')
      await asPerson(1, () => pool.query("create temp table notes_of_one as select 'secret' as note"))
      expect((await asPerson(1, ask)).rows).toEqual([{ note: 'secret' }])
      expect(await failureOf(asPerson(2, ask))).toMatchObject({ code: '42P01' })
    }))

  test('a cursor that is held open', () =>
    onPool(async (pool) => {
      await asPerson(1, async () => {
        const client = await pool.connect()
        await client.query('begin')
        await client.query('declare mine cursor with hold for select title from threads')
        await client.query('commit')
        client.release()
      })
      expect(await failureOf(asPerson(2, () => pool.query('fetch 1 from mine')))).toMatchObject({
        code: '34000',
      })
    }))

  test.each(['set statement_timeout = 5000', 'begin'])(
    'nor without a user, where the first statement is: %s',
    (sql) =>
      onPool(async (pool) => {
        await asPerson(1, () =>
          pool.query("create temp table notes_of_one as select 'secret' as note; set app.tenant to 'one'"),
        )
        const client = await actAs(null, () => pool.connect())
        await actAs(null, () => client.query(sql))
        const { rows } = await actAs(null, () => client.query('show app.tenant'))
        expect(rows).toEqual([{ 'app.tenant': '' }])
        expect(await failureOf(actAs(null, () => client.query('select * from notes_of_one')))).toMatchObject({
          code: '42P01',
        })
        client.release()
      }),
  )

  test('nor for a user who enters a transaction that began without one', () =>
    onPool(async (pool) => {
      await asPerson(1, () => pool.query("create temp table notes_of_one as select 'secret' as note"))
      const client = await pool.connect()
      await client.query('begin')
      expect(await failureOf(asUser(2, () => client.query('select * from notes_of_one')))).toMatchObject({
        code: '42P01',
      })
      await client.query('rollback')
      client.release()
    }))

  test('read by SHOW without a user', () =>
    onPool(async (pool) => {
      await asPerson(1, () => pool.query("set app.tenant to 'one'"))
      const { rows } = await actAs(null, () => pool.query('show app.tenant'))
      expect(rows).toEqual([{ 'app.tenant': '' }])
    }))

  test('the role, behind the end of the transaction in which a text runs', () =>
    onPool(async (pool) => {
      const behind = async () => {
        const results = await pool.query('select 1; commit; select current_user as role')
        return (results as unknown as pg.QueryResult<{ role: string }>[]).at(-1)!.rows[0]!.role
      }
      const role = await asPerson(2, behind)
      await asPerson(1, () => pool.query('set role none'))
      expect(await asPerson(2, behind)).toBe(role)
    }))

  test('read by SHOW', () =>
    onPool(async (pool) => {
      await asPerson(1, () => pool.query("set app.tenant to 'one'"))
      const { rows } = await asPerson(2, () => pool.query('show app.tenant'))
      expect(rows).toEqual([{ 'app.tenant': '' }])
    }))
})

describe('what the app sets while a connection opens stays', () => {
  async function twoUsers(ask: (id: number, n: number) => Promise<unknown>): Promise<void> {
    await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const id = 1 + (n % 2)
        expect(await asPerson(id, () => ask(id, n))).toMatchObject(OPENED)
      }),
    )
  }

  test.each([false, true])('in 200 requests of two users by `connect`, its handler slow: %s', (slow) =>
    onPool(async (pool) => {
      await twoUsers(async (id, n) => {
        if (n % 7 === 0) await pool.query(`set app.tenant to 't${id}'`)
        if (n % 11 === 0) await pool.query("set time zone 'UTC'; set search_path to public")
        if (n % 11 === 0) return OPENED
        const found = (await settings(pool)) as { tenant: string | null; zone: string }
        expect([`t${id}`, '', null]).toContain(found.tenant)
        if (found.zone === 'UTC') return OPENED // of this user's own
        return found
      })
    }, slow),
  )

  test('in 200 requests of two users by `afterCreate` of knex', async () => {
    const db: Knex = knex({
      client: 'pg',
      connection: tables.url,
      searchPath: ['apart', 'public'],
      pool: {
        min: 0,
        max: 1,
        afterCreate: async (client: pg.Client, done: (error: unknown, client: unknown) => void) => {
          await client.query('select count(*) from threads')
          await client.query(`set time zone '${ZONE}'`)
          await client.query('set application_name to opened')
          done(null, client)
        },
      },
    })
    releaseOnce(db.client)
    await twoUsers(async (id, n) => {
      if (n % 7 === 0) await db.raw(`select set_config('app.tenant', ?, false)`, [`t${id}`])
      const { path, ...found } = (await settings({ query: (sql) => db.raw(sql) })) as Record<string, string>
      expect([`t${id}`, '', null]).toContain(found.tenant)
      return { ...found, path: path!.replaceAll('"', '') }
    })
    await db.destroy()
  })

  test('by `onConnect` of a pool, also behind its first read', async () => {
    const onConnect = async (client: pg.ClientBase) => {
      await client.query('select count(*) from threads')
      await client.query(`set time zone '${ZONE}'`)
      await client.query(`set search_path to apart, public; set application_name to opened`)
    }
    const pool = new pg.Pool({ connectionString: tables.url, max: 1, onConnect })
    await twoUsers(async (id, n) => {
      if (n % 7 === 0) await pool.query(`set app.tenant to 't${id}'`)
      return await settings(pool)
    })
    await pool.end()
  })

  test('by a library that sets up what a pool has handed to it, as pg-promise does', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'usertwo-pg-promise-')), 'node_modules/pg-promise/lib')
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'connect.js')
    writeFileSync(
      file,
      `module.exports = (pool, setUp) => new Promise((resolve, reject) => pool.connect((error, client) => {
        if (error) return reject(error)
        if (!client.isSetUp) setUp(client)
        client.isSetUp = true
        resolve(client)
      }))`,
    )
    const connect = createRequire(import.meta.url)(file) as (
      from: pg.Pool,
      setUp: (client: pg.PoolClient) => void,
    ) => Promise<pg.PoolClient>
    const setUp = (client: pg.PoolClient) => {
      client.query(`set time zone '${ZONE}'`)
      client.query('set search_path to apart, public')
      client.query('set application_name to opened')
    }
    const pool = new pg.Pool({ connectionString: tables.url, max: 1 })
    await twoUsers(async (id, n) => {
      const client = await connect(pool, setUp)
      if (n % 7 === 0) await client.query(`set app.tenant to 't${id}'`)
      const found = (await settings(client)) as { tenant: string | null }
      client.release()
      expect([`t${id}`, '', null]).toContain(found.tenant)
      return found
    })
    await pool.end()
    rmSync(dirname(dirname(dirname(folder))), { recursive: true })
  })

  test.each([
    ['a number', [100] as unknown[], '100'],
    ['a truth', [true], 'true'],
    ['a text', ['x'], 'x'],
  ])('by a parameter that is %s', async (_what, values, found) => {
    const pool = new pg.Pool({ connectionString: tables.url, max: 1 })
    pool.on('connect', (client) => {
      void client.query("select set_config('app.most', $1, false)", values)
    })
    await asPerson(1, () => pool.query("set app.tenant to 'one'"))
    for (const id of [2, 1, 2]) {
      await asPerson(id, () => pool.query(`set app.tenant to 't${id}'`))
      const { rows } = await asPerson(id, () => pool.query('show app.most'))
      expect(rows).toEqual([{ 'app.most': found }])
    }
    await pool.end()
  })

  test('but not what the server refused then: every write of each user is reported as it was', async () => {
    const pool = new pg.Pool({ connectionString: tables.url, max: 1 })
    pool.on('connect', (client) => {
      client.query('set no_such_setting = 1').catch(() => {})
      client.query(`set time zone '${ZONE}'`)
    })
    for (let round = 0; round < 10; round++) {
      await asPerson(1, () => pool.query("set app.tenant to 'one'"))
      await asPerson(2, () => pool.query("insert into threads (title) values ('tried')"))
      expect(await asPerson(2, () => settings(pool))).toMatchObject({ zone: ZONE })
    }
    const { rows } = await asPerson(2, () =>
      pool.query("select count(*)::int as n from threads where title = 'tried'"),
    )
    expect(rows).toEqual([{ n: 10 }])
    await pool.end()
  })

  test('but not the rows that users put into temporary tables that were made then', async () => {
    const pool = new pg.Pool({ connectionString: tables.url, max: 1 })
    pool.on('connect', async (client) => {
      const made = [
        client.query('create temp table if not exists scratch (owner int)'),
        client.query('create temp table "Units" (name text)'),
        client.query(`insert into "Units" values ('km'), ('mile')`),
        client.query('create temp table kept as select user_id from threads'),
      ]
      await Promise.all(made)
    })
    const ask = async (sql: string) => (await pool.query(sql)).rows
    await asPerson(1, () => ask('select pg_sleep(0.1)'))
    expect(await asPerson(1, () => ask('select distinct user_id from kept'))).toEqual([{ user_id: 1 }])
    for (let round = 0; round < 100; round++)
      await Promise.all(
        [1, 2].map((id) =>
          asPerson(id, async () => {
            const client = await pool.connect()
            await client.query('insert into scratch select user_id from threads limit 1')
            const { rows } = await client.query('select distinct owner from scratch')
            expect(rows).toEqual([{ owner: id }])
            expect((await client.query('select count(*)::int as units from "Units"')).rows).toEqual([
              { units: 2 },
            ])
            client.release()
          }),
        ),
      )
    expect(await asPerson(2, () => ask('select * from kept'))).toEqual([])
    await pool.end()
  })

  test('but rows that the system keeps aside on a client without a pool do not', async () => {
    const client = new pg.Client({ connectionString: tables.url })
    await client.connect()
    await asTheSystem(() => client.query('create temp table every as select * from threads'))
    await asTheSystem(() => client.query('select * from every'))
    expect(await failureOf(asPerson(2, () => client.query('select * from every')))).toMatchObject({
      code: '42P01',
    })
    await client.end()
  })

  test('by a client without a pool, before the first query of a person', async () => {
    const client = new pg.Client({ connectionString: tables.url })
    await client.connect()
    await asPerson(1, () => client.query(`set time zone '${ZONE}'; set search_path to apart, public`))
    await asPerson(1, () => client.query("set application_name to opened; set app.tenant to 'all'"))
    await asPerson(1, () => client.query('select * from threads'))
    await asPerson(1, () => client.query("set app.tenant to 'one'"))
    expect(await asPerson(2, () => settings(client))).toMatchObject({ ...OPENED, tenant: 'all' })
    await client.end()
  })
})

test('prepared statements stay, and nothing goes out where nothing was left', () =>
  onPool(async (pool) => {
    const sent: string[] = []
    const mine = { name: 'mine', text: 'select count(*)::int as n from threads where n > $1', values: [0] }
    const names = async () =>
      (await pool.query("select name from pg_prepared_statements where name = 'mine'")).rows.length
    await asPerson(1, async () => {
      const client = await pool.connect()
      const { connection } = client as unknown as { connection: { query(text: string): void } }
      const query = connection.query
      connection.query = (text) => {
        sent.push(text)
        query.call(connection, text)
      }
      await client.query(mine)
      client.release()
    })
    expect((await asPerson(2, () => pool.query(mine))).rows).toEqual([{ n: 50 }])
    expect(sent.filter((text) => text.startsWith('close all'))).toEqual([])
    await asPerson(1, () => pool.query("select set_config('app.tenant', $1, false)", ['x']))
    await asPerson(1, () => pool.query("select set_config('app.tenant', $1, true)", ['x']))
    expect((await asPerson(2, () => pool.query(mine))).rows).toEqual([{ n: 50 }])
    expect(await asPerson(2, names)).toBe(1)
    expect(sent.filter((text) => text.startsWith('close all'))).toHaveLength(1)
    await asPerson(2, () => pool.query("select set_config('app.tenant', $1, true)", ['x']))
    await asPerson(1, () => pool.query(mine))
    expect(sent.filter((text) => text.startsWith('close all'))).toHaveLength(1)
  }))

describe('U8: a transaction of user 1 on a client that user 2 has too', () => {
  test.each(['rollback', 'commit', 'savepoint s', '/* /* */ set */ rollback', "set time zone 'UTC'"])(
    'is not changed by: %s',
    async (sql) => {
      const client = new pg.Client({ connectionString: tables.url })
      await client.connect()
      await asPerson(1, () => client.query('begin'))
      expect(await failureOf(asPerson(2, () => client.query(sql)))).toMatchObject({ code: 'mixed_users' })
      await asPerson(1, () => client.query('update threads set n = n'))
      expect(await failureOf(asPerson(2, () => client.query(sql)))).toMatchObject({ code: 'mixed_users' })
      expect(
        await failureOf(asPerson(2, () => client.query('/* /* */ set x */ select * from threads'))),
      ).toMatchObject({ code: 'mixed_users' })
      await asPerson(1, () => client.query('rollback'))
      expect(
        (await asPerson(2, () => client.query(sql === 'savepoint s' ? 'select 1' : sql))).command,
      ).toBeTruthy()
      await client.end()
    },
  )
})

test('knex cancels a query that took too long, and says so', async () => {
  const db = knex({ client: 'pg', connection: tables.url, pool: { min: 0, max: 2 } })
  releaseOnce(db.client)
  const late = asPerson(1, async () => db.raw('select pg_sleep(20)').timeout(300, { cancel: true }))
  expect(await failureOf(late)).toMatchObject({ name: 'KnexTimeoutError' })
  const running = new pg.Client({ connectionString: tables.adminUrl })
  await running.connect()
  const { rows } = await running.query(
    "select pid from pg_stat_activity where query like '%pg_sleep(20)%' and state = 'active' and pid <> pg_backend_pid()",
  )
  expect(rows).toEqual([])
  await running.end()
  await db.destroy()
})
