import type pg from 'pg'
import type { Identity } from '../../src/phases/6-isolation/schema/plan/identity.js'

/** The first phase that makes tables. */
const TABLES = 3

/**
 * Returns a warning for a database whose app connects as a superuser or with BYPASSRLS; empty: it does not. Tables of usertwo
 * that such a login makes belong to it, and the plain login of phase 6 cannot change them.
 *
 * @param to the phase that the database is migrated to
 */
export async function privilegedLogin(
  client: pg.Client,
  { login, role }: Identity,
  to: number,
): Promise<string[]> {
  if (to < TABLES) return []
  const { rows } = await client.query(
    'select from pg_roles where rolname = $1 and (rolsuper or rolbypassrls)',
    [role],
  )
  return rows.length === 0
    ? []
    : [
        `login: ${login} is a superuser or has BYPASSRLS, and from phase 6 the app cannot connect as such a login. Make a plain one before the first migration (docs/how-to/hosted-database.md)`,
      ]
}
