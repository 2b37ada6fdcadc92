import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  asPerson,
  drained,
  failureOf,
  pgVersion,
  require,
  type SharedTables,
  sharedTables,
  smallPool,
} from '../../../../test/support/shared-tables.js'
import { OwnClient } from '../../../database/connect.js'
import { attach } from './attach.js'
import type { Wire } from './driver/driver.js'
import { insideTransaction } from './session.js'

// A query without parameters is sent as one text with its binding in front, as one transaction.

const WHO = "current_setting('usertwo.user_id')"
const INSERT = `insert into notes (who, text) values (${WHO}, 'new')`
const copyStreams: {
  from(text: string): pg.Submittable & Writable
  to(text: string): pg.Submittable & Readable
} = require('pg-copy-streams')
const QueryStream: new (text: string) => pg.Submittable & Readable = require('pg-query-stream')

let tables: SharedTables
let detach: () => void
let client: pg.Client
/** Without the layer: sees what was committed. */
let other: pg.Client

beforeAll(async () => {
  tables = await sharedTables()
  other = new OwnClient(tables.adminUrl)
  await other.connect()
  await other.query(`create table notes (id serial, who text, text text);
    create table slots (at int unique deferrable initially deferred);
    grant all on notes, slots to ${tables.requestRole};
    grant all on all sequences in schema public to ${tables.requestRole}`)
  detach = attach(pg, pgVersion, () => tables.policy)
})
afterAll(async () => {
  detach()
  await other.end()
})
beforeEach(async () => {
  await other.query('truncate notes, slots')
  client = new pg.Client(tables.url)
  client.on('error', () => {})
  await client.connect()
})
afterEach(() => client.end())

const as = (id: number | string, ...query: [string | pg.QueryConfig, unknown[]?]) =>
  asPerson(id, () => client.query(...query))

async function lasting(): Promise<string[]> {
  const { rows } = await other.query("select who || ' ' || text as line from notes order by who, id")
  return rows.map(({ line }) => line as string)
}

/** Expects the same connection as before, outside a transaction and without a user. */
async function expectRest(pid: number): Promise<void> {
  const resting = 'select 1; select current_user as role, pg_backend_pid() as pid, '
  const [, found] = (await client.query(`${resting} ${WHO} as who`)) as unknown as pg.QueryResult[]
  expect(found!.rows).toEqual([{ role: tables.requestRole, pid, who: 'outside' }])
  expect(insideTransaction(client)).toBe(false)
}

const pidOf = async () => (await as(1, 'select pg_backend_pid() as pid')).rows[0].pid as number

test('the writes of a text are committed, its answer is right, and the connection is idle afterwards', async () => {
  const pid = await pidOf()
  expect((await as(1, INSERT)).rowCount).toBe(1)
  expect(await lasting()).toEqual(['1 new'])
  expect((await as(2, `${INSERT} returning who`)).rows).toEqual([{ who: '2' }])
  expect(await lasting()).toEqual(['1 new', '2 new'])
  expect((await as(3, "update notes set text = 'changed' where who = '1'")).rowCount).toBe(1)
  expect((await as(4, "delete from notes where who = '2'")).rowCount).toBe(1)
  expect(await lasting()).toEqual(['1 changed'])
  await expectRest(pid)
})

test('the statements of one text are committed together, or not at all', async () => {
  const pid = await pidOf()
  await as(1, `${INSERT}; ${INSERT};`)
  expect(await lasting()).toEqual(['1 new', '1 new'])
  expect((await failureOf(as(2, `${INSERT}; select 1/0`))).code).toBe('22012')
  expect((await failureOf(as(2, `${INSERT}; selct`))).code).toBe('42601')
  expect(await lasting()).toEqual(['1 new', '1 new'])
  await expectRest(pid)
})

test('a failure at the commit is an error, never an answer', async () => {
  const pid = await pidOf()
  expect((await failureOf(as(1, 'insert into slots values (1), (1)'))).code).toBe('23505')
  expect((await as(2, `select ${WHO} as who`)).rows).toEqual([{ who: '2' }])
  await expectRest(pid)
})

test('a transaction begun in a text continues after it, over savepoints and errors', async () => {
  const pid = await pidOf()
  await as(1, `begin; ${INSERT}`)
  expect(await lasting()).toEqual([])
  await as(1, `savepoint a; ${INSERT}`)
  await failureOf(as(1, 'select 1/0'))
  await as(1, 'rollback to a')
  await as(1, INSERT)
  await as(1, 'commit')
  expect(await lasting()).toEqual(['1 new', '1 new'])
  await as(2, `start transaction; ${INSERT}; commit`)
  expect(await lasting()).toEqual(['1 new', '1 new', '2 new'])
  await expectRest(pid)
})

test('an empty text, a comment and a lone semicolon return no row', async () => {
  const pid = await pidOf()
  for (const text of ['', ' ', ';', '/* */;', '-- nothing'])
    expect((await as(1, text)).rows, text).toEqual([])
  await expectRest(pid)
})

test('COPY FROM and COPY TO by text are committed and bound', async () => {
  const pid = await pidOf()
  await pipeline(
    [Buffer.from('7\tcopied\n')],
    asPerson(7, () => client.query(copyStreams.from('copy notes (who, text) from stdin'))),
  )
  expect(await lasting()).toEqual(['7 copied'])
  let copied = ''
  await drained(
    asPerson(7, () => client.query(copyStreams.to(`copy (select ${WHO}) to stdout`))),
    (chunk: Buffer) => {
      copied += chunk
    },
  )
  expect(copied).toBe('7\n')
  await expectRest(pid)
})

test('a notification sent by a text arrives', async () => {
  const heard: unknown[] = []
  client.on('notification', ({ payload }) => heard.push(payload))
  await as(1, 'listen news')
  await as(1, `select pg_notify('news', ${WHO})`)
  await expect.poll(() => heard).toEqual(['1'])
})

test.each(['ü\'"\\x', 'a b', "'; drop table notes; --", 'f3b2-1c', '漢字'])(
  'a text runs as %s, whatever the id contains',
  async (id) => {
    expect((await as(id, `select ${WHO} as who, 'ü' as text`)).rows).toEqual([{ who: id, text: 'ü' }])
    expect((await as(id, `select ${WHO} as who where $1`, [true])).rows).toEqual([{ who: id }])
  },
)

test.each([
  ['selct 1', 1],
  ['select 1; selct 2', 11],
  ["select 'ü'; select no_such", 20],
  ['select no_such where $1', 8, [true]],
])('the error of %j stands where it does in that text', async (text, at, values?: unknown[]) => {
  const bare = (await failureOf(other.query(text as string, values))) as pg.DatabaseError
  const bound = (await failureOf(as("o'neil", text as string, values))) as pg.DatabaseError
  expect(bound.position).toBe(String(at))
  expect(bound.position).toBe(bare.position)
  expect(bound.message).toBe(bare.message)
})

test('the texts of three simultaneous users over two connections are all committed', async () => {
  const pool = smallPool(tables.url)
  await Promise.all(Array.from({ length: 300 }, (_, at) => asPerson(1 + (at % 3), () => pool.query(INSERT))))
  const found = await lasting()
  expect([1, 2, 3].map((id) => found.filter((line) => line === `${id} new`).length)).toEqual([100, 100, 100])
  await pool.end()
})

test('no Query is sent after an Execute without a Sync', async () => {
  const sent = messageTypes(client)
  const early = { text: 'select $1::int as n', values: [1] }
  await as(1, INSERT)
  await as(1, early)
  await as(1, INSERT)
  await as(1, { name: 'named', ...early })
  await as(1, { name: 'named', ...early })
  await failureOf(as(1, { name: 'named', text: 'select 2' }))
  await failureOf(as(1, { text: 'select $1::int', values: 'no array' as unknown as [] }))
  await as(1, `begin; ${INSERT}`)
  await as(1, INSERT)
  await failureOf(as(1, 'select 1/0'))
  await as(1, 'rollback')
  await failureOf(as('a\0', INSERT))
  await drained(asPerson(1, () => client.query(new QueryStream(`select ${WHO}`))))
  await drained(asPerson(1, () => client.query(copyStreams.to('copy (select 1) to stdout'))))
  await as(1, 'discard all')
  await client.query(INSERT)
  // On a connection opened before the hooks each query is preceded by one more.
  detach()
  const late = new pg.Client(tables.url)
  await late.connect()
  detach = attach(pg, pgVersion, () => tables.policy)
  const lateSent = messageTypes(late)
  await asPerson(1, () => late.query(INSERT))
  await asPerson(1, () => late.query(early))
  await asPerson(1, () => late.query(INSERT))
  await late.end()
  for (const types of [sent(), lateSent()]) {
    expect(types).toMatch(/Q.*E.*S.*Q/)
    expect(types).not.toMatch(/E[^S]*Q/)
  }
})

test('a query that leaves open a transaction it did not begin is an error, and its connection is closed', async () => {
  class LeftOpen extends pg.Query {
    override submit = (wire: pg.Connection) => {
      ;(wire as unknown as Wire).query(`begin; ${INSERT}`)
    }
  }
  const answered = new Promise((resolve, reject) => {
    const query = new LeftOpen(INSERT, (error: Error, result: unknown) =>
      error ? reject(error) : resolve(result),
    )
    asPerson(1, () => client.query(query))
  })
  expect(await failureOf(answered)).toMatchObject({ name: 'ScopeError', code: 'transaction_left_open' })
  expect((await failureOf(as(2, 'select 1'))).message).toMatch(/not queryable|closed/)
  expect(await lasting()).toEqual([])
})

/** Returns the types of the messages sent from here on, one letter each. */
function messageTypes(of: pg.Client): () => string {
  const { stream } = (of as unknown as { connection: Wire }).connection
  const sent: Uint8Array[] = []
  const { write } = stream
  stream.write = (piece) => {
    sent.push(piece)
    return write.call(stream, piece)
  }
  return () => {
    const bytes = Buffer.concat(sent)
    let types = ''
    for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1))
      types += String.fromCharCode(bytes[at]!)
    return types
  }
}
