import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  asPerson,
  asTheSystem,
  failureOf,
  pgVersion,
  type SharedTables,
  sharedTables,
} from '../../../../test/support/shared-tables.js'
import { actAs } from '../../../core/context.js'
import { attach } from './attach.js'
import type { ConnectionPolicy } from './policy.js'
import { readFor } from './read-for.js'

let tables: SharedTables
let policy: ConnectionPolicy
let detach: () => void
let oid: number

beforeAll(async () => {
  tables = await sharedTables()
  detach = attach(pg, pgVersion, () => policy)
  policy = tables.policy
  const [row] = (await onOne((client) => client.query("select 'threads'::regclass::oid::int as oid"))).rows
  oid = row.oid
})
afterAll(() => detach())
beforeEach(() => {
  policy = tables.policy
})

async function onOne<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(tables.url)
  await client.connect()
  return work(client).finally(() => client.end())
}

/** Connects with a callback, as old code does. */
const connectedByCallback = (client: pg.Client) =>
  new Promise<void>((resolve, reject) =>
    client.connect((error: unknown) => (error ? reject(error) : resolve())),
  )

describe('rows', () => {
  const read = (query: string | pg.QueryArrayConfig, id = 7) =>
    onOne((client) => asPerson(id, () => client.query(query as string)))

  beforeEach(() => {
    const rows = { areOpen: () => false, nameOf: (table: number) => (table === oid ? 'threads' : null) }
    policy = { ...tables.policy, rows }
  })

  test('are remembered with the user they were read for and their table, objects and arrays alike', async () => {
    for (const query of [
      'select id, user_id from threads limit 2',
      { text: 'select id, user_id from threads limit 2', rowMode: 'array' as const },
    ]) {
      const { rows } = await read(query)
      expect(rows).toHaveLength(2)
      expect(Array.isArray(rows[0])).toBe(typeof query !== 'string')
      for (const row of rows) expect(readFor(row)).toEqual({ user: 7, table: 'threads' })
    }
  })

  test('of computed fields are the user’s, without a table', async () => {
    const { rows } = await read('select count(*) as n from threads')
    expect(readFor(rows[0])).toEqual({ user: 7, table: null })
  })

  test('of the system, of open tables, and of a later query without a user belong to no user', async () => {
    await onOne(async (client) => {
      const one = 'select id from threads limit 1'
      expect(readFor((await asPerson(7, () => client.query(one))).rows[0])).toBeTruthy()
      expect(readFor((await asTheSystem(() => client.query(one))).rows[0])).toBeUndefined()
      expect(readFor((await client.query('select 1 as one')).rows[0])).toBeUndefined()
      policy = { ...policy, rows: { ...policy.rows!, areOpen: (table) => table === oid } }
      expect(readFor((await asPerson(7, () => client.query(one))).rows[0])).toBeUndefined()
    })
  })

  test('are not remembered where nothing is known of tables', async () => {
    policy = tables.policy
    expect(readFor((await read('select id from threads limit 1')).rows[0])).toBeUndefined()
  })
})

describe('a connection that opens early', () => {
  test.each([
    ['with a promise', (client: pg.Client) => client.connect()],
    ['with a callback', connectedByCallback],
  ])('waits, %s, until the policy knows its startup options', async (_how, connect) => {
    const asked: boolean[] = []
    let say: (arrive: boolean) => void = () => {}
    const early = (system: boolean) => {
      asked.push(system)
      return new Promise<boolean>((resolve) => {
        say = resolve
      })
    }
    policy = { ...tables.policy, requestRole: 'not_known_yet', early }
    const client = new pg.Client(tables.url)
    let opened = false
    const opening = connect(client).then(() => {
      opened = true
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect({ asked, opened }).toEqual({ asked: [false], opened: false })
    say(true)
    await opening
    policy = tables.policy
    expect((await asPerson(7, () => client.query('select distinct user_id from threads'))).rows).toEqual([
      { user_id: 7 },
    ])
    await client.end()
  })

  test.each([
    ['with a promise', (client: pg.Client) => client.connect()],
    ['with a callback', connectedByCallback],
  ])('fails, %s, if that cannot be found out', async (_how, connect) => {
    const early = () => Promise.reject(new Error('the catalog cannot be read'))
    policy = { ...tables.policy, early }
    expect(await failureOf(connect(new pg.Client(tables.url)))).toMatchObject({
      message: 'the catalog cannot be read',
    })
  })

  test.each([
    ['with a promise', (client: pg.Client) => client.connect()],
    ['with a callback', connectedByCallback],
  ])('is refused, %s, where the code that opens it may not', async (_how, connect) => {
    policy = { ...tables.policy, opener: () => new Error('opened by another driver') }
    expect(await failureOf(connect(new pg.Client(tables.url)))).toMatchObject({
      message: 'opened by another driver',
    })
  })
})

test('rows that the database let pass are reported once for each table and verb, and its notices stay inside', async () => {
  const reported: object[] = []
  policy = { ...tables.policy, letPass: (one) => void reported.push(one) }
  const raise = (detail: string) =>
    `raise notice using errcode = 'UT001', message = 'passed', detail = '${detail}';`
  const said = (table: string, verb: string, rows: number) => raise(JSON.stringify({ table, verb, rows }))
  await onOne(async (client) => {
    const heard: unknown[] = []
    client.on('notice', ({ message }) => heard.push(message))
    const text = `do $$ begin ${said('notes', 'select', 2)} ${said('notes', 'update', 2)} ${said('tags', 'select', 1)}
      ${said('tags', 'select', 3)} ${said('tags', 'select', 2)} end $$`
    await asPerson(7, () => client.query(text))
    expect(reported).toEqual([
      { table: 'notes', verb: 'update', rows: 2, sql: text, person: '7' },
      { table: 'tags', verb: 'select', rows: 5, sql: text, person: '7' },
    ])
    expect(heard).toEqual([])
    await asPerson(8, () => client.query('select 1'))
    expect(reported).toHaveLength(2)
    for (const other of ['no json', '{"table":"notes"}', '{"table":1,"verb":"select","rows":1}'])
      await asPerson(8, () => client.query(`do $$ begin ${raise(other)} end $$`))
    await asPerson(8, () => client.query("do $$ begin raise notice 'of the app'; end $$"))
    expect(heard).toEqual(['passed', 'passed', 'passed', 'of the app'])
    policy = tables.policy
    await asPerson(8, () => client.query(`do $$ begin ${said('notes', 'select', 1)} end $$`))
    expect([reported.length, heard.length]).toEqual([2, 4])
  })
})

test('a statement that changes the schema is refused, by its name, except on a connection of migrations', async () => {
  policy = { ...tables.policy, schemaChange: (text) => (/^create/.test(text) ? 'create table' : null) }
  const make = 'create temporary table made_here (id int)'
  await onOne(async (client) => {
    const ask = () => client.query(make)
    for (const refused of [() => asPerson(7, ask), ask, () => asTheSystem(ask)])
      expect(await failureOf(refused())).toMatchObject({
        code: 'schema_change_refused',
        message:
          'In production the app may not change the schema; refused: create table. Run it as a migration before the app starts, with a command of its own; or set ENVIRONMENT=development where this is not production.',
      })
    expect((await asPerson(7, () => client.query('select 1 as one'))).rows).toEqual([{ one: 1 }])
  })
  await asTheSystem(() => onOne((client) => client.query(make)), true)
})

test('what a login looks up is set for one query, with values and as a text, and nothing is left of it', async () => {
  const found = "select current_setting('usertwo.lookup', true) as looked_up"
  policy = {
    ...tables.policy,
    lookup: (_who, text, values) => (text.includes('/* login */') ? String(values[0] ?? 'a b') : ''),
  }
  await onOne(async (client) => {
    const ask = async (...query: [string, unknown[]?]) =>
      (await actAs(null, () => client.query(...query))).rows[0].looked_up
    for (let round = 0; round < 3; round++) {
      expect(await ask(`${found} where $1 <> '' /* login */`, ['me@example.com'])).toBe('me@example.com')
      expect(await ask(found)).toBe('')
      expect(await ask(`${found} /* login */`)).toBe('a b')
      expect(await ask(`${found} where 1 = $1`, [1])).toBe('')
    }
    expect((await asPerson(7, () => client.query(found))).rows).toEqual([{ looked_up: '' }])
  })
  policy = tables.policy
  await onOne(async (client) => {
    expect((await asPerson(7, () => client.query(found))).rows).toEqual([{ looked_up: null }])
  })
})

test('a refused query says which user it lacks', async () => {
  policy = { ...tables.policy, unbound: 'refuse' }
  await onOne(async (client) => {
    const { message } = await failureOf(client.query('select id from threads'))
    expect(message).toMatch(
      /^A query was sent with no current user\. Queries belong to a request of a logged-in user; /,
    )
    await asPerson(7, () => client.query('begin; select id from threads'))
    const mixed = await failureOf(asPerson(8, () => client.query('select id from threads')))
    expect(mixed.message).toMatch(/^A query was sent into a transaction that belongs to another user\. /)
    await asPerson(7, () => client.query('rollback'))
  })
})
