import type { Config } from '../../../config/config.js'
import { acting } from '../../../core/context.js'
import { type Catalog, findTable } from '../../../database/catalog.js'
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
 * What the connection layer says of each query's lookup; undefined where usertwo keeps the login.
 *
 * @param catalog null: it has not been read yet, and no session table's key is known
 */
export function lookupOf(
  { auth, users }: Pick<Config, 'auth' | 'users'>,
  catalog: Catalog | null,
): ConnectionPolicy['lookup'] {
  const { by, lookups } = auth
  if (by !== 'app' || !lookups) return undefined
  const sessions = new Map<string, readonly string[]>(
    lookups.tables.flatMap((name) => {
      const key = catalog && keyOf(catalog, name)
      return key ? [[withoutSchema(name), [key]] as [string, string[]]] : []
    }),
  )
  const table = withoutSchema(users.table)
  const read = lookedUpReader(new Map([...sessions, [table, lookups.users]]))
  return (who, text, values) => {
    const opening = who?.kind === 'user' || who?.kind === 'anonymous' ? who.opening : undefined
    const found = opening && read(text)
    if (!found) return ''
    const value = givenValue(found, values)
    if (value === null) return ''
    if (sessions.has(found.table)) return value === opening.sessionId() ? settingOf(found, value) : ''
    if (opening.users === 'closed' || (found.insert && opening.users !== 'register')) return ''
    return `${found.insert ? REGISTERS : ''}${settingOf(found, value)}`
  }
}

/**
 * Whether a query through knex goes by what it looks up, so that the query layer leaves it to the database: the tables of
 * sessions always, the table of users where no user is known or the route is one of the login's.
 */
export function looksUp({
  auth,
  users,
}: Pick<Config, 'auth' | 'users'>): NonNullable<QueryPolicy['looksUp']> {
  const sessions = new Set(auth.lookups?.tables.map(withoutSchema))
  const table = withoutSchema(users.table)
  return (name, verb) => {
    if (name !== table && !sessions.has(name)) return false
    const who = acting()
    const opening = who?.kind === 'user' || who?.kind === 'anonymous' ? who.opening : undefined
    if (!opening) return false
    if (sessions.has(name)) return verb !== 'truncate'
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
