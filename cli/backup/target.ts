import type pg from 'pg'
import { notOfExtension } from '../../src/database/catalog/ask.js'
import { ensureRequestRole } from '../../src/database/login.js'
import { q } from '../../src/database/quoted.js'
import { sqlState } from '../../src/database/sql-state.js'
import { UsageError } from '../usage-error.js'
import type { BackupManifest } from './manifest.js'

/** Where a dump goes to. */
export interface BackupTarget {
  database: string
  /** the role that will own the tables */
  login: string
  ownsPublic: boolean
}

/** @throws UsageError when the database is not empty, or its server older than the dump's */
export async function assertTarget(client: pg.Client, manifest: BackupManifest): Promise<BackupTarget> {
  const { rows } = await client.query<BackupTarget & { number: number; tables: string[] }>(
    `select current_database() as database, current_user::text as login,
       current_setting('server_version_num')::int as number,
       (select pg_catalog.pg_has_role(current_user, nspowner, 'USAGE') from pg_catalog.pg_namespace
         where nspname = 'public') is true as "ownsPublic",
       array(select n.nspname || '.' || c.relname from pg_catalog.pg_class c
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
           and ${notOfExtension('pg_class', 'c.oid')} order by 1) as tables`,
  )
  const { number, tables, ...target } = rows[0]!
  if (tables.length > 0)
    throw new UsageError(
      `the database ${target.database} is not empty (${tables.slice(0, 3).join(', ')}): restore into a new one, CREATE DATABASE … OWNER ${q(target.login)}, and let DATABASE_URL name it afterwards`,
    )
  const major = Math.trunc(number / 10_000)
  if (major < manifest.major)
    throw new UsageError(
      `the dump is of PostgreSQL ${manifest.server}, and this server is an older one (${major}): restore into ${manifest.major} or later`,
    )
  return target
}

/** What was made of roles before a restore. */
export interface PreparedRoles {
  /** roles that grants name and that did not exist: made without a login and a password */
  made: string[]
  /** takes the place of the former owner until its policies belong to the new one; null: not needed */
  standIn: string | null
}

/**
 * Makes the roles that a dump names, so that every grant and policy can be restored: the one that requests run in, which the
 * login may change into, and the others without a login.
 *
 * @throws ConfigError, with the SQL for an administrator, when this client may not make roles
 */
export async function prepareRoles(
  admin: pg.Client,
  manifest: BackupManifest,
  { database, login }: BackupTarget,
): Promise<PreparedRoles> {
  const { requestRole, owner, roles } = manifest
  if (requestRole !== null) await ensureRequestRole(admin, { database, login, role: requestRole })
  const { rows } = await admin.query<{ name: string }>(
    `select w.name from unnest($1::text[]) w(name) where not exists (select from pg_roles where rolname = w.name)`,
    [[...roles, owner]],
  )
  const missing = rows.map(({ name }) => name)
  const made = missing.filter((name) => name !== owner)
  const standIn = owner !== login && missing.includes(owner) ? owner : null
  const sql = missing.map((name) => `CREATE ROLE ${q(name)} NOLOGIN`)
  if (standIn) sql.push(`GRANT ${q(standIn)} TO ${q(login)}`)
  try {
    for (const one of sql) await admin.query(one)
  } catch (error) {
    if (sqlState(error) !== '42501') throw error
    throw new UsageError(
      `this login may not make the roles that the dump names: say --admin postgres://admin:…@host/${database}, or let an administrator run this first: ${sql.join('; ')};`,
    )
  }
  return { made, standIn }
}

/** Policies that were the former owner's become the new one's. */
export async function handOverPolicies(client: pg.Client, from: string, to: string): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(
    `select format('alter policy %I on %s to %s', p.polname, p.polrelid::regclass,
       (select string_agg(case when r.oid = 0 then 'public' when a.rolname = $1 then quote_ident($2)
          else quote_ident(a.rolname) end, ', ')
        from unnest(p.polroles) r(oid) left join pg_roles a on a.oid = r.oid)) as sql
     from pg_policy p join pg_roles f on f.oid = any(p.polroles) where f.rolname = $1`,
    [from, to],
  )
  for (const { sql } of rows) await client.query(sql)
}

/** Removes the stand-in role, with the rights that the dump gave to the former owner. */
export async function removeStandIn(
  admin: pg.Client,
  client: pg.Client,
  standIn: string,
  login: string,
): Promise<void> {
  await client.query(`drop owned by ${q(standIn)}`)
  // Rights on the server's own functions: the administrator restored them, and drops them here.
  await admin.query(`drop owned by ${q(standIn)}`).catch((error: unknown) => {
    if (sqlState(error) !== '42501') throw error
  })
  await admin.query(`revoke ${q(standIn)} from ${q(login)}`)
  await admin.query(`drop role ${q(standIn)}`)
}
