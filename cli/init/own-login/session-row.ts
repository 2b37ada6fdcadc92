import type { GateDatabase } from '../../../proof/gate/gate.js'
import { quotedTable } from '../../../src/database/quoted.js'
import type { SessionStore } from './read-store.js'
import type { NamedBy } from './read-user.js'

/** What the session of someone who has logged in holds; null: it is not in the database. */
export async function storedSession(
  { sql }: Pick<GateDatabase, 'sql'>,
  { table }: Pick<SessionStore, 'table'>,
  cookie: string,
): Promise<Record<string, unknown> | null> {
  if (!table) return null
  // `s:ID.SIGNATURE`, encoded, as express-session signs it.
  const ids = [...cookie.matchAll(/=s%3A([^.;]+)\./g)].map(([, id]) => decodeURIComponent(id!))
  const rows = await sql<{ sess: Record<string, unknown> }>(
    `select sess from ${quotedTable(table)} where sid = any($1)`,
    [ids],
  )
  return rows[0]?.sess ?? null
}

/** Whether a session names a user by what the sources set. */
export function holds(session: Record<string, unknown>, { of, key, member }: NamedBy, id: string): boolean {
  const kept = of === 'passport' ? (session.passport as Record<string, unknown>)?.user : session[key]
  const isId = (value: unknown) => String(value) === id
  if (of === 'passport') return isId(kept) || values(kept).some(isId)
  if (member === null) return isId(kept)
  return values(kept).some(isId)
}

const values = (kept: unknown) => (typeof kept === 'object' && kept !== null ? Object.values(kept) : [])

/** SQL that makes a table of sessions that the app makes at its first request. */
export function sessionTableSql(table: string): string {
  return `-- The table of sessions, which the app makes at its first request; from phase 2 production refuses that.
create table if not exists ${quotedTable(table)} (sid varchar primary key, sess json not null, expire timestamp(6) not null);
create index if not exists "IDX_session_expire" on ${quotedTable(table)} (expire);
`
}

/** What the user must do where the app makes the table of sessions itself. */
export const madeInRequest = ({ at, table }: SessionStore): string =>
  `${at}: let a migration make the table ${table} (createTableIfMissing: false): from phase 2 production refuses to make tables at the start, and from phase 6 in a request`
