import type { Catalog, Table } from '../../../../src/database/catalog.js'
import { configuredName } from '../../schema/columns.js'

/** The tables of better-auth beside that of users, under whichever names. */
export interface BetterAuthTables {
  session: { table: Table; token: string; owner: string }
  account: { table: Table; owner: string; password: string }
  /** links by mail and the like; null: none is there */
  verification: Table | null
}

/** Finds them by their columns, `userId` or `user_id`; null: no table of sessions or none of accounts. */
export function betterAuthTables({ tables }: Catalog): BetterAuthTables | null {
  const having = (...columns: RegExp[]) =>
    tables.flatMap((table) => {
      const found = columns.map((one) => table.columns.find(({ name }) => one.test(name))?.name)
      return found.every((one) => one !== undefined) ? [{ table, found: found as string[] }] : []
    })[0]
  const session = having(/^token$/i, /^user_?id$/i, /^expires_?at$/i)
  const account = having(/^user_?id$/i, /^password$/i, /^provider_?id$/i)
  if (!session || !account) return null
  return {
    session: { table: session.table, token: session.found[0]!, owner: session.found[1]! },
    account: { table: account.table, owner: account.found[0]!, password: account.found[1]! },
    verification: having(/^identifier$/i, /^value$/i, /^expires_?at$/i)?.table ?? null,
  }
}

/** Their names, as a configuration has them. */
export const loginTableNames = ({ session, account, verification }: BetterAuthTables): string[] =>
  [session.table, account.table, ...(verification ? [verification] : [])].map(configuredName)
