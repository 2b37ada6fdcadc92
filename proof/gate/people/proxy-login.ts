import type { Config } from '../../../src/config/config.js'
import type { UserId } from '../../../src/core/context.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import { newRow } from '../../../src/phases/4-auth/accounts/users-table.js'
import type { GateDatabase, Member, Visitor } from '../gate.js'
import { nextAddress } from './addresses.js'
import { onDatabase } from './on-database.js'

interface Place {
  database: GateDatabase
  config: Config
}

/** The headers with which the proxy names a user. */
export const proxyHeaders = ({ auth }: Pick<Config, 'auth'>, name: string): Record<string, string> =>
  auth.proxy ? { [auth.proxy.header]: name } : {}

/** Returns the headers with which the proxy names the owner; empty: no proxy logs users in, or the owner has no row yet. */
export async function ownersHeaders(place: Place): Promise<Record<string, string>> {
  const { config, database } = place
  if (!config.auth.proxy) return {}
  const [table] = await database.sql<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    quotedTable(config.users.table),
  ])
  const name = table?.exists ? await nameOfOwner(place) : null
  return name ? proxyHeaders(config, name) : {}
}

/** The owner as the proxy names them: they log in nowhere in the app. */
export async function ownerByProxy({ database, config }: Place): Promise<Member> {
  const { users, owner, auth } = config
  const name = await nameOfOwner({ database, config })
  if (name) return memberNamed(config, 'owner', owner.id, name)
  const { is } = auth.proxy!
  throw new Error(
    `the owner, ${users.table} ${owner.id}, has no ${is}, and so no header of the proxy names them (auth.proxy.is)`,
  )
}

/**
 * Makes a user whom the proxy names: a row of users, as an administrator would make it.
 * @throws ConfigError for a column that only `users.create` can fill
 */
export async function memberByProxy({ database, config }: Place, who: string, name: string): Promise<Member> {
  const { users, auth } = config
  const { is } = auth.proxy!
  const id = await onDatabase(database, async (db) => {
    const row = await newRow(db, users, { email: null, [is]: name }, new Date())
    const [made] = await db(users.table).insert({ ...row, [is]: name }, [users.id])
    return made[users.id] as UserId
  })
  return memberNamed(config, who, id, name)
}

const memberNamed = (config: Config, who: string, id: UserId, name: string): Member => ({
  ...senderOf(who),
  headers: proxyHeaders(config, name),
  id,
  email: name,
  password: '',
})

const senderOf = (name: string): Pick<Visitor, 'name' | 'address'> => ({ name, address: nextAddress() })

async function nameOfOwner({ database, config }: Place): Promise<string | null> {
  const { users, owner, auth } = config
  const [row] = await database.sql<{ name: string | null }>(
    `select ${q(auth.proxy!.is)}::text as name from ${quotedTable(users.table)} where ${q(users.id)}::text = $1`,
    [String(owner.id)],
  )
  return row?.name ?? null
}
