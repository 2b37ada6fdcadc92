import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  asPerson,
  asTheSystem,
  failureOf,
  pgVersion,
  require,
  type SharedTables,
  sharedTables,
} from '../../../../test/support/shared-tables.js'
import { acting } from '../../../core/context.js'
import { ScopeError } from '../../../core/scope-error.js'
import { attach } from './attach.js'
import type { ConnectionPolicy } from './policy.js'

const WHO = "select current_setting('usertwo.user_id', true) as id"
const bare = { query: pg.Client.prototype.query, connect: pg.Pool.prototype.connect }

let tables: SharedTables
const undo: (() => void)[] = []
beforeAll(async () => {
  tables = await sharedTables()
})
afterEach(() => {
  for (const step of undo.splice(0)) step()
  expect(pg.Client.prototype.query).toBe(bare.query)
  expect(pg.Pool.prototype.connect).toBe(bare.connect)
})

function hooked(policy: Parameters<typeof attach>[2] = () => tables.policy): () => void {
  const detach = attach(pg, pgVersion, policy)
  undo.push(detach)
  return detach
}

async function connected(options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: tables.url, ...options })
  await client.connect()
  return client
}

/** A second copy of pg, as in a nested node_modules. */
function anotherCopy(): typeof pg {
  for (const path of Object.keys(require.cache)) {
    if (/node_modules[\\/]pg[\\/]/.test(path)) delete require.cache[path]
  }
  return require('pg')
}

test.each(['7.18.2', '8.0.2', '6.4.0'])('refuses pg %s', (version) => {
  expect(() => attach(pg, version, () => null)).toThrowError(ScopeError)
  expect(() => attach(pg, version, () => null)).toThrowError('usertwo needs pg 8.3 or later: npm i pg@8')
  expect(() => attach(pg, version, () => null)).toThrowError(expect.objectContaining({ code: 'pg_version' }))
})

test.each(['8.0.3', '8.5.1', '8.11.6', '8.23.1', '9.0.0'])('accepts pg %s', (version) => {
  undo.push(attach(pg, version, () => null))
})

test('refuses a pg whose client is native, and pg.native once attached', () => {
  class NativeClient {}
  const native = { Client: NativeClient, Pool: pg.Pool }
  expect(() => attach(native, '8.23.1', () => null)).toThrowError(
    expect.objectContaining({ code: 'pg_native' }),
  )
  const before = Object.getOwnPropertyDescriptor(pg, 'native')
  const detach = hooked()
  expect(() => pg.native).toThrowError(expect.objectContaining({ code: 'pg_native' }))
  detach()
  expect(Object.getOwnPropertyDescriptor(pg, 'native')).toEqual(before)
})

test('refuses pipeline mode', async () => {
  hooked()
  const client = await connected({ pipeline: true } as pg.ClientConfig)
  expect(() => asPerson(1, () => client.query('select 1'))).toThrowError(
    expect.objectContaining({ code: 'pg_pipeline' }),
  )
  await client.end()
})

test('refuses a replication connection at once, by promise and by callback', async () => {
  hooked()
  const client = () =>
    new pg.Client({ connectionString: tables.url, replication: 'database' } as pg.ClientConfig)
  const refused = { code: 'pg_replication' }
  await expect(asPerson(1, () => client().connect())).rejects.toMatchObject(refused)
  await expect(asTheSystem(() => client().connect())).rejects.toMatchObject(refused)
  const waiting = client()
  await expect(
    asPerson(
      1,
      promisify((done) => waiting.connect(done)),
    ),
  ).rejects.toMatchObject(refused)
})

test('binds once, however often it is attached, until the last one detaches', async () => {
  const first = hooked()
  const query = pg.Client.prototype.query
  const second = hooked()
  expect(pg.Client.prototype.query).toBe(query)
  first()
  first()
  const client = await connected()
  expect((await asPerson(4, () => client.query(WHO))).rows).toEqual([{ id: '4' }])
  await client.end()
  second()
  expect(pg.Client.prototype.query).toBe(bare.query)
})

test('an early attach without a policy gives way to the one that has a policy', async () => {
  hooked(() => tables.policy)
  hooked(() => null)
  const client = await connected()
  expect((await asPerson(4, () => client.query(WHO))).rows).toEqual([{ id: '4' }])
  await client.end()
})

const BEHIND_COMMIT =
  "select 1; commit; select count(*)::int as n, current_user as role, current_setting('usertwo.user_id') as id from threads"

describe.each(['the hooks', 'usertwo()'])('a connection opened before %s has no user', (before) => {
  async function early(): Promise<pg.Client> {
    let policy: ConnectionPolicy | null = null
    if (before === 'usertwo()') hooked(() => policy)
    const client = await connected()
    if (before === 'the hooks') {
      await client.query('select 1 as before')
      hooked(() => policy)
    }
    policy = tables.policy
    return client
  }

  test.each([
    ['from its first query on', []],
    ['after a person has discarded all', ['discard all']],
    ['after a person has taken back role and user', ['reset role; reset usertwo.user_id']],
    [
      'after a user has reverted them in a transaction',
      ['begin', 'reset role; reset usertwo.user_id', 'commit'],
    ],
  ])('%s', async (_when, texts) => {
    const client = await early()
    for (const text of texts) await asPerson(5, () => client.query(text))
    for (const _time of ['first', 'second']) {
      const answers = (await asPerson(4, () => client.query(BEHIND_COMMIT))) as unknown as pg.QueryResult[]
      expect(answers[2]!.rows).toEqual([{ n: 0, role: tables.policy.requestRole, id: 'none' }])
    }
    expect((await asPerson(4, () => client.query(WHO))).rows).toEqual([{ id: '4' }])
    await client.end()
  })

  test('in a transaction that has failed, and after it', async () => {
    const client = await early()
    await asPerson(4, () => client.query('begin'))
    await asPerson(4, () => client.query('select 1 / 0')).catch(() => {})
    await asPerson(4, () => client.query('select 1')).catch(() => {})
    await asPerson(4, () => client.query('rollback'))
    const answers = (await asPerson(4, () => client.query(BEHIND_COMMIT))) as unknown as pg.QueryResult[]
    expect(answers[2]!.rows).toEqual([{ n: 0, role: tables.policy.requestRole, id: 'none' }])
    await client.end()
  })
})

test('leaves the hooks of another tool in place when it detaches', () => {
  const detach = hooked()
  const other = function query() {}
  Object.assign(pg.Client.prototype, { query: other })
  detach()
  expect(pg.Client.prototype.query).toBe(other)
  Object.assign(pg.Client.prototype, { query: bare.query })
})

test('each copy of pg is hooked separately', async () => {
  const copy = anotherCopy()
  expect(copy.Client).not.toBe(pg.Client)
  const detach = attach(copy, pgVersion, () => tables.policy)
  const client = new copy.Client(tables.url)
  await client.connect()
  expect((await asPerson(9, () => client.query(WHO))).rows).toEqual([{ id: '9' }])
  await client.end()
  detach()
})

test('answers as bare pg does: results, errors, type errors', async () => {
  hooked()
  const client = await connected({ application_name: 'the app', options: '-c geqo=off' })
  const result = await asPerson(1, () => client.query({ text: 'select $1::int as n', values: ['5'] }))
  expect(result).toMatchObject({ command: 'SELECT', rowCount: 1, rows: [{ n: 5 }], fields: [{ name: 'n' }] })
  const failure = await failureOf(asPerson(1, () => client.query('select no_column from threads')))
  expect(failure).toMatchObject({ code: '42703', severity: 'ERROR', position: '8' })
  expect(failure.stack).toContain('attach.test')
  expect(() => client.query(null as unknown as string)).toThrow(TypeError)
  expect(() => client.query('select 1', [], 'no function' as unknown as () => void)).toThrow(
    /callback is not a function/,
  )
  expect((await asPerson(1, () => client.query('show geqo'))).rows).toEqual([{ geqo: 'off' }])
  await client.end()
})

test('a notice is heard on behalf of the user whose query it belongs to, on whichever connection', async () => {
  hooked()
  const pool = new pg.Pool({ connectionString: tables.url, max: 2 })
  const heard: unknown[] = []
  pool.on('connect', (client) =>
    client.on('notice', ({ message }) => {
      const who = acting()
      heard.push(who?.kind === 'user' && message === `of ${who.id}`)
    }),
  )
  const told = (id: number) => asPerson(id, () => pool.query(`do $$ begin raise notice 'of ${id}'; end $$`))
  await Promise.all(Array.from({ length: 200 }, (_, n) => told(1 + (n % 2))))
  expect(heard).toHaveLength(200)
  expect(heard).not.toContain(false)
  await pool.end()
})

test('notices and notifications reach the app', async () => {
  hooked()
  const client = await connected()
  const heard: unknown[] = []
  client.on('notice', (notice) => heard.push(notice.message))
  client.on('notification', (note) => heard.push(note.payload))
  await asPerson(1, async () => {
    await client.query('listen news')
    await client.query("do $$ begin raise notice 'noticed'; end $$")
    await client.query("select pg_notify('news', 'told')")
  })
  expect(heard).toEqual(['noticed', 'told'])
  await client.end()
})
