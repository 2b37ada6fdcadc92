import { createHash } from 'node:crypto'
import { insideTransaction } from '../connection/session.js'
import type { Compiler, Statement } from './knex-internals.js'

/** A compiled query on its way out, as every knex from 0.20 hands it to the client. */
export interface Compiled {
  sql: string
  options?: { name?: string }
}

/** What sends a compiled query on a raw connection. */
export type Send = (this: unknown, connection: object, compiled: Compiled) => Promise<unknown>

/** The parts of a raw connection, a client of pg, that taking back a name needs. */
interface Connection {
  query(text: string): Promise<unknown>
  connection?: { parsedStatements?: Record<string, unknown> }
}

/** Text is named once it has come so often: what an app writes once only would fill the server's memory. */
const TIMES = 3
/** How many texts are remembered, and so how many statements one connection may keep. */
const TEXTS = 500
// The statement's columns have changed since it was prepared; the server does not know it (any more).
const STALE = new Set(['0A000', '26000'])
const NAMEABLE = Symbol('usertwo.nameable')

/**
 * Whether a statement keeps the shape of its answer when somebody adds a column: what it gives back is listed.
 * A prepared `select *` fails after ADD COLUMN.
 */
export function listsItsColumns({ method, single, grouped }: Compiler): boolean {
  if (method === 'select' || method === 'first' || method === 'pluck') {
    // `first()` lists nothing, which knex writes only where nothing else is listed.
    const columns = (grouped.columns ?? []).filter(({ value }) => !Array.isArray(value) || value.length > 0)
    return columns.length > 0 && columns.every(isListed)
  }
  if (method === 'insert' || method === 'update' || method === 'del')
    return single.returning === undefined || listed(single.returning)
  return false
}

/** DISTINCT ON is written beside the list, and leaves a `*` where nothing else is listed. */
function isListed({ type, value, distinctOn }: Statement & { distinctOn?: boolean }): boolean {
  return type === 'aggregate' || (!distinctOn && listed(value))
}

function listed(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('*')
  return Array.isArray(value) && value.length > 0 && value.every(listed)
}

/** Marks a compiled query as one that may be sent as a named statement. */
export function markNameable<T>(compiled: T): T {
  if (typeof compiled === 'object' && compiled !== null)
    Object.defineProperty(compiled, NAMEABLE, { value: true, configurable: true })
  return compiled
}

/**
 * Sends what may be named as a named statement, which PostgreSQL parses and plans once a connection: outside
 * transactions only, because there a stale statement is taken back and the query sent once more; it had no effect.
 */
export function namingSend(send: Send): Send {
  const texts = new Map<string, { times: number; name: string }>()
  return function (this: unknown, connection, compiled) {
    const name = isNameable(this, connection, compiled) ? nameOf(texts, compiled.sql) : null
    if (!name) return send.call(this, connection, compiled)
    const { options } = compiled
    compiled.options = { ...options, name }
    return send.call(this, connection, compiled).catch(async (error: { code?: string }) => {
      if (!STALE.has(error?.code ?? '')) throw error
      await forget(connection as Connection, name)
      compiled.options = options
      return send.call(this, connection, compiled)
    })
  }
}

function isNameable(
  client: unknown,
  connection: object,
  compiled: Compiled & { [NAMEABLE]?: true },
): boolean {
  if (!compiled[NAMEABLE] || Object.keys(compiled.options ?? {}).length > 0) return false
  return !(client as { transacting?: boolean }).transacting && !insideTransaction(connection)
}

function nameOf(texts: Map<string, { times: number; name: string }>, sql: string): string | null {
  let known = texts.get(sql)
  if (!known) {
    if (texts.size >= TEXTS) return null
    known = { times: 0, name: '' }
    texts.set(sql, known)
  }
  if (known.times < TIMES && ++known.times < TIMES) return null
  known.name ||= `usertwo_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`
  return known.name
}

/** Where the server has forgotten it already, there is nothing to take back. */
async function forget(connection: Connection, name: string): Promise<void> {
  delete connection.connection?.parsedStatements?.[name]
  await connection.query(`deallocate ${name}`).catch(() => {})
}
