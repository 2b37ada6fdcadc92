import { type Config, sessionTablesIn } from '../../../config/config.js'
import { acting } from '../../../core/context.js'
import { memoise } from '../../../core/memoise.js'
import { type Catalog, findTable } from '../../../database/catalog.js'
import { meaningOf, nameOf } from '../../../sql/meaning.js'
import { type LoginTable, loginTablesOf } from '../../4-auth/config/login-tables.js'
import type { ConnectionPolicy } from '../connection/policy.js'
import type { QueryPolicy } from '../query/policy.js'
import { type LookedUp, lookedUpReader } from './looked-up.js'

/** How the setting `usertwo.lookup` begins for a column; the looked-up value follows. */
export const lookupPrefix = (table: string, column: string): string => `${table}.${column}=`
/** In front of that where the row may be inserted too. */
export const REGISTERS = '+'

/** The column that is a table's whole primary key; undefined: it has another key, or none. */
export function keyOf(catalog: Catalog, name: string): string | undefined {
  const columns = findTable(catalog, name)?.primaryKey
  return columns?.length === 1 ? columns[0] : undefined
}

/**
 * What the connection layer says of each query's lookup; undefined where usertwo keeps the login, and no table holds
 * sessions.
 *
 * @param catalog null: it has not been read yet, and no session table's key is known
 */
export function lookupOf(
  config: Pick<Config, 'auth' | 'tables' | 'users'>,
  catalog: Catalog | null,
): ConnectionPolicy['lookup'] {
  const { users } = config
  const columns = config.auth.lookups?.users ?? []
  const tables = lookedUpTables(config)
  if (tables.length === 0 && columns.length === 0) return undefined
  const kinds = new Map<string, LoginTableKind>()
  const keys = new Map<string, readonly string[]>()
  for (const one of tables) {
    const kind = kindOf(one)
    const column =
      kind === 'express-session' ? catalog && keyOf(catalog, one.table) : (one.token ?? one.owner)
    if (!column) continue
    kinds.set(withoutSchema(one.table), kind)
    keys.set(withoutSchema(one.table), [column])
  }
  const table = withoutSchema(users.table)
  const read = lookedUpReader(new Map([...keys, [table, columns]]))
  return (who, text, values) => {
    const opening = who?.kind === 'user' || who?.kind === 'anonymous' ? who.opening : undefined
    const found = opening && read(text)
    if (!found) return ''
    const value = givenValue(found, values)
    if (value === null) return ''
    const kind = kinds.get(found.table)
    if (kind === 'express-session') return value === opening.sessionId() ? settingOf(found, value) : ''
    if (kind === 'token') return found.insert && opening.users === 'closed' ? '' : settingOf(found, value)
    if (opening.users === 'closed' || (found.insert && opening.users !== 'register')) return ''
    return `${found.insert ? REGISTERS : ''}${settingOf(found, value)}`
  }
}

/** The tables whose rows a request reaches by a secret. */
const lookedUpTables = (config: Pick<Config, 'auth' | 'tables'>): LoginTable[] => [
  ...loginTablesOf(config.auth.lookups),
  ...sessionTablesIn(config).map((table) => ({ table })),
]

const sessionTableNames = (config: Pick<Config, 'auth' | 'tables'>) =>
  new Set(
    lookedUpTables(config)
      .filter((one) => kindOf(one) === 'express-session')
      .map((one) => withoutSchema(one.table)),
  )

/** As connect-pg-simple, connect-session-knex and connect-session-sequelize write the moment, and by hand. */
const WHEN =
  "(?:to_timestamp \\( \\$1 \\)|cast \\( \\$1 as timestamp(?: with time zone)? \\)|\\$1|'[^']*'|now \\( \\)|current_timestamp)"
const EXPIRED = new RegExp(
  `^delete from (?:\\w+ \\. )?(\\w+) where (?:\\w+ \\. )?expire[sd]?(?:_?at)? <=? ${WHEN}$`,
)

/**
 * Returns the table of sessions whose expired rows a text deletes, as a store does by a timer, and nothing else; null: it
 * does something else. Such a text needs no user: it reads no row, and what it deletes belongs to no user any more.
 */
export function prunedOf(config: Pick<Config, 'auth' | 'tables'>): NonNullable<ConnectionPolicy['prunes']> {
  const tables = sessionTableNames(config)
  return memoise((text) => {
    if (!/\bexpire/i.test(text)) return null
    const plain = meaningOf(text).map((token) => nameOf(token) ?? token.text.toLowerCase())
    const table = EXPIRED.exec(plain.join(' ').replace(/ ;$/, ''))?.[1]
    return table && tables.has(table) ? table : null
  })
}

/** How rows of a table of the login are found: by `req.sessionID`, by a secret in the query, by the id of a user. */
type LoginTableKind = 'express-session' | 'token' | 'owner'

const kindOf = ({ token, owner }: LoginTable): LoginTableKind =>
  token ? 'token' : owner ? 'owner' : 'express-session'

/**
 * Whether a query through knex goes by what it looks up, so that the query layer leaves it to the database: the tables of
 * the login in a request, a deletion of sessions always, the table of users where no user is known or the route is one of the login's.
 */
export function looksUp(
  config: Pick<Config, 'auth' | 'tables' | 'users'>,
): NonNullable<QueryPolicy['looksUp']> {
  const tables = new Set(lookedUpTables(config).map((one) => withoutSchema(one.table)))
  const ofSessions = sessionTableNames(config)
  const table = withoutSchema(config.users.table)
  return (name, verb) => {
    if (name !== table && !tables.has(name)) return false
    const who = acting()
    const opening = who?.kind === 'user' || who?.kind === 'anonymous' ? who.opening : undefined
    // The timer of a store deletes what expired; of any other deletion the database lets no row pass.
    if (!opening) return verb === 'delete' && ofSessions.has(name)
    if (tables.has(name)) return verb !== 'truncate'
    if (verb === 'insert') return opening.users === 'register'
    return verb === 'read' && opening.users !== 'closed'
  }
}

/** A table's name without its schema. */
export const withoutSchema = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

const settingOf = ({ table, column }: LookedUp, value: string) => lookupPrefix(table, column) + value

function givenValue({ parameter, value }: LookedUp, values: readonly unknown[]): string | null {
  const given = parameter === null ? value : values[parameter]
  return typeof given === 'string' || typeof given === 'number' ? String(given) : null
}
