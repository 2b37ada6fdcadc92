import type { Knex } from 'knex'
import { actAs } from '../../../../core/context.js'
import { type Answer, answerOf, sqlOf } from './answers.js'
import { Random } from './random.js'
import { randomRead } from './reads.js'
import { OWNER_ID, TABLES, WRITABLE } from './schema.js'
import { sideOf } from './side.js'
import { randomWrite } from './writes.js'

/** The two databases of one user: everybody's behind the layer, and one's own without it. */
export interface Pair {
  user: number
  scoped: Knex
  own: Knex
  /** Handles for streams: after one, knex may lend its connection to two transactions at once (knex #6288). */
  streams: { scoped: Knex; own: Knex }
}

export interface Comparison {
  /** What differed, with the scoped SQL; null: nothing. */
  difference: string | null
  empty: boolean
  failed: boolean
}

/** The same random select on both sides: awaited, streamed or in a transaction. */
export async function compareRead(pair: Pair, seed: number): Promise<Comparison> {
  const how = new Random(seed + 1).below(10)
  const { user } = pair
  const { scoped, own } = how === STREAMED ? pair.streams : pair
  const ask = (db: Knex, literal: number) => randomRead(sideOf(db, schemaOf(db), literal), new Random(seed))
  const theirs = await answerOf(() => run(own, (db) => ask(db, user), how))
  const ours = await actAs({ kind: 'user', id: user, person: null }, async () =>
    answerOf(() => run(scoped, (db) => ask(db, OWNER_ID), how)),
  )
  const difference = differs(ours, theirs) ? inContext(user, () => sqlOf(ask(scoped, OWNER_ID))) : null
  return {
    difference: difference && report(difference, ours, theirs),
    empty: theirs.empty,
    failed: theirs.failed,
  }
}

/** Where the handle, or the one a transaction is of, looks for tables. */
function schemaOf(db: Knex): string {
  return db.client.config.searchPath[0]
}

const IN_TRANSACTION = 0
const STREAMED = 1

async function run(db: Knex, ask: (db: Knex) => Knex.QueryBuilder, how: number): Promise<unknown> {
  if (how === IN_TRANSACTION)
    return await db.transaction(async (trx) => await trx.transaction(async (inner) => await ask(inner)))
  if (how !== STREAMED) return await ask(db)
  const rows: unknown[] = []
  for await (const row of ask(db).stream()) rows.push(row)
  return rows
}

/** The same random write on both sides, rolled back: what it answered, the own rows after it, everybody else's. */
export async function compareWrite({ user, scoped, own }: Pair, seed: number): Promise<Comparison> {
  const write = (db: Knex, literal: number) =>
    randomWrite(sideOf(db, schemaOf(db), literal), new Random(seed), user)
  const theirs = await afterWrite(own, user, (db) => write(db, user).query)
  const ours = await actAs({ kind: 'user', id: user, person: null }, async () =>
    afterWrite(scoped, user, (db) => write(db, OWNER_ID).query),
  )
  const { collides, sql } = inContext(user, () => describeWrite(() => write(scoped, OWNER_ID)))
  const touched = ours.othersBefore !== ours.othersAfter
  const apart = !collides && (differs(ours.answer, theirs.answer) || ours.rows !== theirs.rows)
  const difference = touched
    ? `others' rows changed: ${sql}`
    : apart
      ? report(sql, ours.answer, theirs.answer)
      : null
  return { difference, empty: theirs.answer.empty, failed: theirs.answer.failed }
}

/** An older knex may lack the method: then both sides fail alike, and there is no SQL to show. */
function describeWrite(write: () => { collides: boolean; query: Knex.QueryBuilder }): {
  collides: boolean
  sql: string
} {
  try {
    const { collides, query } = write()
    return { collides, sql: sqlOf(query) }
  } catch (error) {
    return { collides: false, sql: String(error) }
  }
}

interface Aftermath {
  answer: Answer
  rows: string
  othersBefore: string
  othersAfter: string
}

async function afterWrite(db: Knex, user: number, ask: (db: Knex) => Knex.QueryBuilder): Promise<Aftermath> {
  const trx = await db.transaction()
  try {
    const before = await snapshot(trx, user)
    // A failed write must not end the transaction that is to be looked at.
    const answer = await answerOf(() => trx.transaction(async (inner) => await ask(inner)))
    const after = await snapshot(trx, user)
    return { answer, rows: after.own, othersBefore: before.others, othersAfter: after.others }
  } finally {
    await trx.rollback()
  }
}

/** All rows of the user as text, and a hash of all other rows; raw, so that the layer has no part in it. */
async function snapshot(trx: Knex, user: number): Promise<{ own: string; others: string }> {
  const own = WRITABLE.map(
    (t) => `(select json_agg(t order by id) from ${t.name} t where ${t.owner} = ${user})::text`,
  )
  const others = TABLES.map((t) => {
    const where = WRITABLE.includes(t) ? `where ${t.owner} is distinct from ${user}` : ''
    return `(select md5(string_agg(t::text, ',' order by id)) from ${t.name} t ${where})`
  })
  const { rows } = await trx.raw(`select concat_ws('|', ${own}) as own, concat_ws('|', ${others}) as others`)
  return rows[0]
}

function inContext<T>(user: number, work: () => T): T {
  return actAs({ kind: 'user', id: user, person: null }, work)
}

function differs(ours: Answer, theirs: Answer): boolean {
  return ours.text !== theirs.text
}

function report(sql: string, ours: Answer, theirs: Answer): string {
  return `${sql}\n  scoped: ${ours.text.slice(0, 300)}\n  own:    ${theirs.text.slice(0, 300)}`
}
