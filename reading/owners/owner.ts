import type { Config } from '../../src/config/config.js'
import { parseConfig } from '../../src/config/parse-config.js'
import type { DeclaredTable } from '../schema/schema-in-sql.js'
import { type OwnerNames, ownerNames } from './owner-names.js'
import { looksLikeUsers } from './users-table.js'

/** Tables that belong to the login: sessions, tokens, roles. */
const OF_LOGINS =
  /^(?:user_?)?(?:sessions?|refresh_?tokens?|tokens?|access_?tokens?|password_?resets?|verification_?tokens?|roles?|permissions?|credentials?)$/i

/** The likely configuration of an app that has none, as far as its tables show. */
export interface Guess {
  config: Config
  names: OwnerNames
  /** null: no table looks like a users table */
  users: DeclaredTable | null
  /** tables that seem to hold users' data */
  owned: DeclaredTable[]
}

export function guessOwners(tables: readonly DeclaredTable[]): Guess {
  const users = tables.filter(mayBeUsers).sort((a, b) => rank(a) - rank(b))[0] ?? null
  const owned = tables.filter((table) => table !== users && !isOfLogins(table))
  const plain = ownerNames(base({ users: users?.name ?? 'users' }))
  const named = new Set(tables.map(({ name }) => singular(name)))
  const pointing = new Set(owned.flatMap((table) => columnsTo(users, table)).map(singular))
  const isOwner = (name: string) => {
    if (pointing.has(singular(name.split('.').at(-1)!))) return true
    if (users && singular(name.split('.').at(-1)!) === `${singular(users.name)}id`) return true
    if (!plain.isOwner(name)) return false
    // If there is a table of authors, `author_id` is the author of a book, not the owner of the row.
    const target = singular(name.split('.').at(-1)!.replace(/_?id$/i, ''))
    return /^(author|account|owner)$/.test(target)
      ? !named.has(target) || singular(users?.name ?? '') === target
      : true
  }
  const entries = owned.map(
    (table) => [table.name, { owner: table.columns.find(isOwner) ?? 'user_id' }] as const,
  )
  const config = base({ users: users?.name ?? 'users', tables: Object.fromEntries(entries) })
  const names = ownerNames(config)
  return { config, users, owned, names: { ...names, isOwner: (name) => isOwner(name) } }
}

function base({ users, tables = {} }: { users: string; tables?: Record<string, { owner: string }> }): Config {
  return parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: users },
    tables,
  })
}

/** Of a table that only queries name, no column is known. */
function mayBeUsers(table: DeclaredTable): boolean {
  const looks = looksLikeUsers(table)
  return looks === 'yes' || (looks === 'by name alone' && table.columns.length === 0)
}

/** Returns the columns of a table that reference users, whatever their names: `guest_id`. */
function columnsTo(users: DeclaredTable | null, { references }: DeclaredTable): string[] {
  return [...references].flatMap(([column, target]) =>
    users && singular(target) === singular(users.name) ? [column] : [],
  )
}

/** Ranks candidates for the users table, lower first: with an e-mail or password column, then named users. */
function rank({ name, columns }: DeclaredTable): number {
  return (columns.some((column) => /passw|email/i.test(column)) ? 0 : 2) + (/users?$/i.test(name) ? 0 : 1)
}

function isOfLogins({ name, columns }: DeclaredTable): boolean {
  const says = columns.some((column) => /token|expires?|sess|sid|password|permission/i.test(column))
  return OF_LOGINS.test(name) && (columns.length === 0 || says || /roles?|permissions?/i.test(name))
}

const singular = (name: string) => name.toLowerCase().replaceAll('_', '').replace(/s$/, '')
