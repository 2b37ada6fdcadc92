import type pg from 'pg'
import { notOfExtension } from '../../src/database/catalog/ask.js'

/** A table in which this connection does not see every row, or may not. */
export interface BlindSpot {
  /** `schema.name` */
  table: string
  why: string
  /** false: this login has no right to read the table at all */
  readable: boolean
}

interface Guarded {
  table: string
  readable: boolean
  /** row security applies to this role */
  active: boolean
  policies: { name: string; permissive: boolean; using: string | null }[]
}

/**
 * Finds the tables whose rows a dump through this connection would lack. Row security hides rows without an
 * error, so the catalog is queried: a table is fully visible if one of the policies for this role lets every
 * row pass, and none restricts it.
 *
 * @param client within a transaction, as `seeingAll` gives it
 */
export async function blindSpots(client: pg.Client): Promise<BlindSpot[]> {
  const { rows } = await client.query<Guarded>(
    `select n.nspname || '.' || c.relname as table,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT') as readable,
       pg_catalog.row_security_active(c.oid) as active,
       coalesce((select json_agg(json_build_object('name', p.polname, 'permissive', p.polpermissive,
           'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid)))
         from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polcmd in ('*', 'r')
           and exists (select from pg_catalog.unnest(p.polroles) r(oid)
             where r.oid = 0 or pg_catalog.pg_has_role(current_user, r.oid, 'USAGE'))), '[]') as policies
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
       and ${notOfExtension('pg_class', 'c.oid')}
     order by 1`,
  )
  const blind: BlindSpot[] = []
  for (const { table, readable, active, policies } of rows) {
    if (!readable) blind.push({ table, readable, why: 'this login may not read it' })
    else if (active) {
      const why = await hiding(client, policies)
      if (why) blind.push({ table, readable, why })
    }
  }
  return blind
}

/** Returns why these policies may hide a row; null if they hide none. */
async function hiding(client: pg.Client, policies: Guarded['policies']): Promise<string | null> {
  for (const { name, permissive, using } of policies)
    if (!permissive && !(await alwaysTrue(client, using))) return `its policy ${name} restricts what is read`
  for (const { permissive, using } of policies)
    if (permissive && (await alwaysTrue(client, using))) return null
  return 'row security hides rows from this login'
}

/** Evaluates a policy's condition without a row: a condition that needs a row is not true for all. */
async function alwaysTrue(client: pg.Client, using: string | null): Promise<boolean> {
  if (using === null) return true
  await client.query('savepoint asked')
  try {
    const { rows } = await client.query<{ holds: boolean }>(`select (${using}) is true as holds`)
    return rows[0]!.holds
  } catch {
    return false
  } finally {
    await client.query('rollback to savepoint asked; release savepoint asked')
  }
}

/** Formats the blind spots as lines, at most five. */
export function blindLines(blind: readonly BlindSpot[]): string[] {
  const shown = blind.slice(0, 5).map(({ table, why }) => `${table}: ${why}`)
  return blind.length > shown.length ? [...shown, `and ${blind.length - shown.length} more`] : shown
}
