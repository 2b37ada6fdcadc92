import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type pg from 'pg'
import { blindLines, blindSpots } from '../../proof/backup/blind-spots.js'
import { countRows } from '../../proof/backup/row-counts.js'
import { seeingAll } from '../../proof/backup/seeing-all.js'
import type { Config } from '../../src/config/config.js'
import { requestRoleOn } from '../../src/phases/6-isolation/schema/plan/identity.js'
import { UsageError } from '../usage-error.js'
import { type BackupManifest, fileDigest, manifestOf } from './manifest.js'
import { findProgram, refuseOlder, runProgram } from './programs.js'

export interface BackupOptions {
  /** where the dump goes; its manifest goes to `file.json` */
  file: string
  /** a login that owns the tables, or sees past row security */
  url: string
  /** folder of pg_dump; default: the PATH */
  bin?: string
}

/** A dump would lack rows. */
export class IncompleteDump extends Error {}

/**
 * Dumps a database with every user's rows, and counts them in the same snapshot. The dump is pg_dump's custom format. It
 * appears under its name only when it is complete.
 *
 * @throws IncompleteDump before anything is written, when this login does not see every row
 */
export async function backUp(
  config: Pick<Config, 'tables'>,
  { file, url, bin }: BackupOptions,
): Promise<BackupManifest> {
  for (const place of [file, manifestOf(file)])
    if (existsSync(place))
      throw new UsageError(`${place} exists: name another file, for example with the date in it`)
  const program = findProgram('pg_dump', bin)
  const part = `${file}.part`
  try {
    const manifest = await seeingAll(url, async (client): Promise<BackupManifest> => {
      const { rows } = await client.query<{ database: string; server: string; number: number; taken: Date }>(
        `select current_database() as database, current_setting('server_version') as server,
           current_setting('server_version_num')::int as number, now() as taken`,
      )
      const { database, server, number, taken } = rows[0]!
      const major = Math.trunc(number / 10_000)
      refuseOlder(program, major, 'the server')
      const blind = await blindSpots(client)
      if (blind.length > 0)
        throw new IncompleteDump(
          `Nothing was written: a dump as this login would lack rows. ${blindLines(blind).join('; ')}. Name a superuser or a role with BYPASSRLS: --admin postgres://admin:…@host/${database}`,
        )
      const { rows: exported } = await client.query<{ id: string }>('select pg_export_snapshot() as id')
      writeFileSync(part, '', { mode: 0o600 })
      await runProgram(program, url, [
        '--format=custom',
        `--file=${part}`,
        `--snapshot=${exported[0]!.id}`,
        '--enable-row-security',
      ])
      return {
        format: 1,
        taken: taken.toISOString(),
        database,
        server,
        major,
        pgDump: program.major,
        ...(await rolesNamed(client)),
        ...(await extensionsOf(client)),
        sha256: await fileDigest(part),
        tables: await countRows(client, config),
      }
    })
    writeFileSync(manifestOf(file), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(part, file)
    return manifest
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

/** Returns the roles that a database names. Each of them must exist where the dump is restored. */
async function rolesNamed(
  client: pg.Client,
): Promise<Pick<BackupManifest, 'owner' | 'requestRole' | 'roles'>> {
  const requestRole = await requestRoleOn(client)
  const { rows } = await client.query<{ owner: string; roles: string[] }>(
    `select coalesce(
       (select o.rolname::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_roles o on o.oid = c.relowner
        where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
        group by 1 order by count(*) desc, 1 limit 1), current_user::text) as owner,
     -- of grants and policies, and whose default privileges there are
     array(select distinct r.rolname::text from pg_catalog.pg_shdepend d join pg_catalog.pg_roles r on r.oid = d.refobjid
       where d.refclassid = 'pg_catalog.pg_authid'::regclass
         and d.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
         and (d.deptype in ('a', 'r') or d.classid = 'pg_catalog.pg_default_acl'::regclass)
       order by 1) as roles`,
  )
  const { owner, roles } = rows[0]!
  return { owner, requestRole, roles: roles.filter((role) => role !== owner && role !== requestRole) }
}

/** Leaves out a schema that an extension makes itself, which must not exist when it is installed. */
async function extensionsOf(
  client: pg.Client,
): Promise<Pick<BackupManifest, 'extensions' | 'extensionSchemas'>> {
  const { rows } = await client.query<{ name: string; schema: string | null }>(
    `select e.extname::text as name, n.nspname::text as schema from pg_catalog.pg_extension e
    left join pg_catalog.pg_namespace n on n.oid = e.extnamespace and n.nspname not in ('public', 'pg_catalog')
      and not exists (select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e')
    where e.extname <> 'plpgsql' order by 1`,
  )
  return {
    extensions: rows.map(({ name }) => name),
    extensionSchemas: Object.fromEntries(
      rows.flatMap(({ name, schema }) => (schema === null ? [] : [[name, schema]])),
    ),
  }
}
