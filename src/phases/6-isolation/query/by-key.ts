import { acting, type UserId } from '../../../core/context.js'
import { ScopeError } from '../../../core/scope-error.js'
import { forbid } from '../requests/forbidden.js'
import { type Frame, nameIn } from './frame.js'
import {
  type Builder,
  type Compiled,
  type Compiler,
  isQuery,
  type KnexStatement,
  type Send,
} from './knex/knex-internals.js'
import type { Relation } from './tables.js'

/** What a write that names rows by key has to look for if it finds none. */
interface ByKey {
  table: string
  me: UserId
  /** Selects the owners of the rows with these keys. */
  owners: Builder
}

const BY_KEY = Symbol('usertwo.byKey')

/** Returns the rows that an update or delete of a readable table names by key, of any owner; null if none. */
export function rowsByKey(frame: Frame, { method }: Compiler, builder: Builder): ByKey | null {
  const { client, rules, me, tables } = frame
  const [target] = tables
  if (me === undefined || (method !== 'update' && method !== 'del') || !target?.scoped) return null
  // The remaining sources are aliases of the object form, which no app writes to.
  if (rules.access(target.name) !== 'readable' || typeof target.source !== 'string') return null
  const where = builder._statements.filter(({ grouping }) => grouping === 'where')
  if (where.some(({ bool }) => bool !== 'and')) return null
  for (const key of rules.tellingKeys?.(target.name) ?? []) {
    const conditions = key.flatMap((column) => where.find((one) => gives(frame, one, target, column)) ?? [])
    if (conditions.length < key.length) continue
    const owners = client.queryBuilder()
    if (target.schema) owners.withSchema(target.schema)
    owners.from(target.source).select(`${target.as}.${target.owner}`)
    owners._statements.push(...conditions)
    return { table: target.name, me, owners }
  }
  return null
}

/** Whether a condition compares this column of the table with values. */
function gives(
  frame: Frame,
  { type, column, operator, value, not }: KnexStatement,
  target: Relation,
  wanted: string,
) {
  if (typeof column !== 'string' || not || isQuery(value)) return false
  const isList = type === 'whereIn' && Array.isArray(value) && !value.some(isQuery)
  if (!isList && !(type === 'whereBasic' && operator === '=')) return false
  const { name, qualifier } = nameIn(frame, column)
  return name === wanted && (qualifier === null || qualifier === target.alias)
}

/** Attaches the rows that a compiled write names. */
export function markByKey<T>(compiled: T, byKey: ByKey | null): T {
  if (byKey && typeof compiled === 'object' && compiled !== null)
    Object.defineProperty(compiled, BY_KEY, { value: byKey, configurable: true })
  return compiled
}

/** Sends a query. A write that named rows by key and found none is refused if they are another user's. */
export function refusingSend(send: Send): Send {
  return function (connection, compiled: Compiled & { [BY_KEY]?: ByKey }) {
    const sent = send.call(this, connection, compiled)
    const byKey = compiled[BY_KEY]
    return byKey ? sent.then((answer) => refuseForeign(this as Asking, connection, byKey, answer)) : sent
  }
}

interface Asking {
  query(connection: object, compiled: unknown): Promise<unknown>
}
interface Answered {
  response?: { rowCount?: number | null; rows?: object[] }
}

/** @throws ScopeError forbidden */
async function refuseForeign(
  client: Asking,
  connection: object,
  { table, me, owners }: ByKey,
  answer: unknown,
): Promise<unknown> {
  if ((answer as Answered).response?.rowCount !== 0) return answer
  const found = (await client.query(connection, owners.toSQL())) as Answered
  if (!found.response?.rows?.some((row) => String(Object.values(row)[0]) !== String(me))) return answer
  const error = new ScopeError(
    'forbidden',
    `a row of "${table}" can be read by all users, but changed only by its owner: this write named another user's row`,
  )
  forbid(acting(), error)
  throw error
}
