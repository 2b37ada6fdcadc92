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

// What goes out without parameters is one text with its binding in front, and one transaction.

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
/** Without the layer: sees what lasts. */
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

/** The connection that was there before, in no transaction, with nobody. */
async function expectRest(pid: number): Promise<void> {
  const resting = 'select 1; select current_user as role, pg_backend_pid() as pid, '
  const [, found] = (await client.query(`${resting} ${WHO} as who`)) as unknown as pg.QueryResult[]
  expect(found!.rows).toEqual([{ role: tables.requestRole, pid, who: 'none' }])
  expect(insideTransaction(client)).toBe(false)
}

const pidOf = async () => (await as(1, 'select pg_backend_pid() as pid')).rows[0].pid as number

test('what a text writes lasts, is answered truly, and leaves the connection idle', async () => {
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

test('statements of one text last together, or not at all', async () => {
  const pid = await pidOf()
  await as(1, `${INSERT}; ${INSERT};`)
  expect(await lasting()).toEqual(['1 new', '1 new'])
  expect((await failureOf(as(2, `${INSERT}; select 1/0`))).code).toBe('22012')
  expect((await failureOf(as(2, `${INSERT}; selct`))).code).toBe('42601')
  expect(await lasting()).toEqual(['1 new', '1 new'])
  await expectRest(pid)
})

test('what fails only at its end is an error, never an answer', async () => {
  const pid = await pidOf()
  expect((await failureOf(as(1, 'insert into slots values (1), (1)'))).code).toBe('23505')
  expect((await as(2, `select ${WHO} as who`)).rows).toEqual([{ who: '2' }])
  await expectRest(pid)
})

test('a transaction begun in a text goes on behind it, over savepoints and errors', async () => {
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

test('an empty text, a comment and a lone semicolon are answered with no row', async () => {
  const pid = await pidOf()
  for (const text of ['', ' ', ';', '/* */;', '-- nothing'])
    expect((await as(1, text)).rows, text).toEqual([])
  await expectRest(pid)
})

test('COPY FROM and COPY TO by text last and are bound', async () => {
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
  'a text runs as %s, whatever stands in the id',
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

test('the texts of three people at once over two connections all last', async () => {
  const pool = smallPool(tables.url)
  await Promise.all(Array.from({ length: 300 }, (_, at) => asPerson(1 + (at % 3), () => pool.query(INSERT))))
  const found = await lasting()
  expect([1, 2, 3].map((id) => found.filter((line) => line === `${id} new`).length)).toEqual([100, 100, 100])
  await pool.end()
})

test('no Query goes out behind an Execute that has no Sync', async () => {
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
  // Of a connection that was opened before the hooks each query has one more in front.
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

test('a query that leaves open what it has not begun is an error, and its connection is closed', async () => {
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

/** The types of the messages that go out from here on, a letter each. */
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
