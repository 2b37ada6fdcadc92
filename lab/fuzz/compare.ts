import type { Knex } from 'knex'
import { actAs } from '../../src/core/context.js'
import { FORBIDDEN } from '../../src/phases/6-isolation/requests/forbidden.js'
import type { Parties, Party } from './parties.js'
import { FUZZ_USERS, OWNER_ID } from './schema.js'
import { sideOf } from './side.js'
import type { FuzzRead } from './statements/reads.js'
import type { MakeWrite, Who, Write, WriteLayer } from './statements/write.js'

/** The codes with which either layer refuses a write that names another user's rows by key. */
const REFUSED = new Set<string>(['forbidden', FORBIDDEN])

/** How a query is sent. */
export type CompareOptions = 'awaited' | 'in a transaction' | 'as a stream' | 'by old code'

/** The result of one case. */
export interface Comparison {
  /** The differences of each layer, with the SQL. */
  differences: { layer: WriteLayer; what: string }[]
  empty: boolean
  failed: boolean
}

/** Compares a select behind each layer with the same select in the single-user database. */
export async function compareRead(
  parties: Parties,
  user: number,
  how: CompareOptions,
  read: FuzzRead,
): Promise<Comparison> {
  const ask = (party: Party) => answerOf(() => send(party, (db) => read(sideFor(party, db, user)), how))
  const [theirs, ...answers] = await Promise.all([
    ask(parties.reference(user)),
    ...parties.layers.map((party) => as(user, () => ask(party))),
  ])
  const differences = parties.layers.flatMap((party, i) => {
    const ours = answers[i]!
    return ours.text === theirs.text ? [] : [report(party, user, sqlOf(party, user, read), ours, theirs)]
  })
  if (
    how === 'by old code' &&
    user === OWNER_ID &&
    parties.layers.some(({ layer }) => layer === 'policies')
  ) {
    const { party, reference } = parties.oldCode
    const [ours, own] = await Promise.all([ask(party), ask(reference)])
    if (ours.text !== own.text) differences.push(report(party, user, sqlOf(party, user, read), ours, own))
  }
  return { differences, empty: theirs.empty, failed: theirs.failed }
}

/**
 * Compares a write behind each layer with the same write in the single-user database, and rolls both back.
 */
export async function compareWrite(
  parties: Parties,
  who: Who,
  nested: boolean,
  make: MakeWrite,
): Promise<Comparison> {
  const ask = (party: Party) =>
    afterWrite(party, who.user, nested, (db) => make(sideFor(party, db, who.user), who))
  const [theirs, ...all] = await Promise.all([
    ask(parties.reference(who.user)),
    ...parties.layers.map((party) => as(who.user, () => ask(party))),
  ])
  const differences = parties.layers.flatMap((party, i) => {
    const ours = all[i]!
    const write = as(who.user, () => make(sideFor(party, party.db, who.user), who))
    const what = wrong(party, ours, theirs, write.apart?.[party.layer!])
    if (!what) return []
    return [
      report(party, who.user, `${what}: ${as(who.user, () => textOf(write))}`, ours.answer, theirs.answer),
    ]
  })
  return { differences, empty: theirs.answer.empty, failed: theirs.answer.failed }
}

/** Returns what is wrong with a layer's write, or null. */
function wrong(
  { layer }: Party,
  ours: Aftermath,
  theirs: Aftermath,
  apart?: readonly string[],
): string | null {
  if (ours.othersChanged) return "another user's rows changed"
  if (apart) {
    if (ours.ownChanged) return 'rows changed'
    return apart.includes(ours.answer.outcome) ? null : `${layer} must end in ${apart.join(' or ')}`
  }
  // In the single-user database, readable rows have no owner.
  if (REFUSED.has(ours.answer.outcome) && theirs.answer.outcome === 'nothing')
    return ours.ownChanged ? 'rows changed' : null
  if (ours.answer.text !== theirs.answer.text) return 'another result'
  return ours.rows === theirs.rows
    ? null
    : `other rows after it:\n${changedLines(ours.rows, theirs.rows)}\n  after`
}

interface Aftermath {
  answer: FuzzAnswer
  rows: string
  ownChanged: boolean
  othersChanged: boolean
}

async function afterWrite(
  party: Party,
  user: number,
  nested: boolean,
  make: (db: Knex) => Write,
): Promise<Aftermath> {
  const before = await printOf(party, user)
  for (let again = 0; ; again++) {
    const trx = await party.db.transaction()
    try {
      let after: Print | null = null
      const work = async (inner: Knex) => {
        const result = await make(inner).run()
        after = await printIn(inner, party.schema, user)
        return result
      }
      // A refused write aborts the transaction, unless it ran in a savepoint.
      const answer = await answerOf(() => (nested ? trx.transaction(work) : work(trx)))
      if (answer.outcome === '40P01' && again < 3) continue
      if (nested && answer.failed) after = await printIn(trx, party.schema, user)
      const rows = (after as Print | null) ?? before
      return {
        answer,
        rows: rows.mine,
        ownChanged: rows.mine !== before.mine,
        othersChanged: rows.others !== before.others,
      }
    } finally {
      await trx.rollback()
    }
  }
}

interface Print {
  mine: string
  others: string
}

// Nothing is ever committed, so the rows before a write are always the same.
const prints = new WeakMap<Knex, Map<number, Promise<Print>>>()

function printOf({ db, schema }: Party, user: number): Promise<Print> {
  const known = prints.get(db) ?? new Map<number, Promise<Print>>()
  prints.set(db, known)
  if (!known.has(user))
    known.set(
      user,
      db.transaction((trx) => printIn(trx, schema, user)),
    )
  return known.get(user)!
}

/** Prints the rows as they would be committed: deferred constraints are checked first. */
async function printIn(trx: Knex, schema: string, user: number): Promise<Print> {
  const results = await trx.raw(
    `set constraints all immediate; select * from ${schema}.fuzz_print(${user}); set constraints all deferred`,
  )
  const [row] = (results as unknown as { rows: Print[] }[])[1]!.rows
  return { mine: (row!.mine ?? '').replace(/\b[1-9]\d{6,}\b/g, 'new'), others: row!.others }
}

/** Returns whether every user's rows are still as they were when the run began. */
export async function unchanged(parties: Parties): Promise<boolean> {
  const all = [...parties.layers, ...FUZZ_USERS.map((user) => parties.reference(user))]
  for (const party of all)
    for (const [user, before] of prints.get(party.db) ?? []) {
      const now = await as(user, () => party.db.transaction((trx) => printIn(trx, party.schema, user)))
      if (JSON.stringify(now) !== JSON.stringify(await before)) return false
    }
  return true
}

async function send(
  { db, streams }: Party,
  ask: (db: Knex) => Knex.QueryBuilder,
  how: CompareOptions,
): Promise<unknown> {
  if (how === 'in a transaction')
    return await db.transaction(async (trx) => await trx.transaction(async (inner) => await ask(inner)))
  if (how !== 'as a stream') return await ask(db)
  const rows: unknown[] = []
  for await (const row of ask(streams).stream()) rows.push(row)
  return rows
}

function sideFor(party: Party, db: Knex, user: number) {
  return sideOf(db, party.schema, party.idOf(user))
}

function as<T>(user: number, work: () => T): T {
  return actAs({ kind: 'user', id: user, person: null }, work)
}

function sqlOf(party: Party, user: number, read: FuzzRead): string {
  return as(user, () => textOf({ sql: () => String(read(sideFor(party, party.db, user))) }))
}

function textOf({ sql }: Pick<Write, 'sql'>): string {
  try {
    return sql()
  } catch (error) {
    return String(error)
  }
}

function report({ layer }: Party, user: number, what: string, ours: FuzzAnswer, theirs: FuzzAnswer) {
  const lines = [`user ${user}, ${what}`, `  ${layer}: ${cut(ours)}`, `  own database: ${cut(theirs)}`]
  return { layer: layer!, what: lines.join('\n') }
}

function cut({ text }: FuzzAnswer): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function changedLines(ours: string, theirs: string): string {
  const [here, there] = [new Set(ours.split('\n')), new Set(theirs.split('\n'))]
  const only = (set: Set<string>, other: Set<string>, sign: string) =>
    [...set].filter((line) => !other.has(line)).map((line) => `    ${sign} ${line}`)
  return [...only(here, there, '+'), ...only(there, here, '-')].slice(0, 12).join('\n')
}

/** A query's result in comparable form: rows in any order, or the code of its error. */
interface FuzzAnswer {
  text: string
  outcome: 'rows' | 'nothing' | (string & {})
  empty: boolean
  failed: boolean
}

/** An id from a sequence: all users share sequences, so its value differs. */
const GIVEN_ID = /\b[1-9]\d{6,}\b/g

/** Runs a query. Builders are thenable, so they come in a function, or awaiting would run them here. */
async function answerOf(run: () => PromiseLike<unknown>): Promise<FuzzAnswer> {
  try {
    const result = counted(await run())
    const rows = (Array.isArray(result) ? result : [result]).map((row) =>
      (JSON.stringify(row) ?? 'nothing').replace(GIVEN_ID, '"new"'),
    )
    const empty = isEmpty(result)
    return { text: rows.sort().join('\n'), outcome: empty ? 'nothing' : 'rows', empty, failed: false }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    const outcome = code ?? message
    return { text: `refused: ${outcome}`, outcome, empty: false, failed: true }
  }
}

/** Returns the row count of a pg result, which an insert without RETURNING yields. */
function counted(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'rowCount' in result ? result.rowCount : result
}

function isEmpty(result: unknown): boolean {
  if (Array.isArray(result)) return result.length === 0 || result.every(isZero)
  return result === undefined || isZero(result)
}

/** Returns whether an aggregate found nothing: `[{ c: '0', m: null }]`. */
function isZero(row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return row === 0
  return Object.keys(row).every((key) => /^(c|m|s|count)$/.test(key)) && Object.values(row).every(isNothing)
}

function isNothing(value: unknown): boolean {
  return value === null || value === '0' || value === 0
}
