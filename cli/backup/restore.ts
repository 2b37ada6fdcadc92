import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../../proof/at-exit.js'
import { blindLines, blindSpots } from '../../proof/backup/blind-spots.js'
import { countAgain, differences, type TableRows } from '../../proof/backup/row-counts.js'
import { seeingAll } from '../../proof/backup/seeing-all.js'
import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import { q } from '../../src/database/quoted.js'
import { type BackupManifest, readBackupManifest } from './manifest.js'
import { contentsOf, findProgram, type Program, refuseOlder, runProgram } from './programs.js'
import { assertTarget, type BackupTarget, handOverPolicies, prepareRoles, removeStandIn } from './target.js'

export interface RestoreOptions {
  file: string
  /** of an empty database, as the login that will own the tables */
  url: string
  /** a login that may create roles and install extensions; default: `url` */
  adminUrl?: string
  /** folder of pg_restore; default: the PATH */
  bin?: string
}

export interface Restored {
  manifest: BackupManifest
  /** counted after the restore */
  tables: TableRows[]
  /** where they differ from the manifest; empty: every row of every owner is there */
  differences: string[]
  /** roles that were made, without a login */
  made: string[]
  /** rights on the server's own objects, event triggers and publications: only an administrator can restore them */
  left: string[]
}

/** Restores a dump into an empty database and counts its rows again. Whatever fails, the database stays empty. */
export async function restoreDump({ file, url, adminUrl = url, bin }: RestoreOptions): Promise<Restored> {
  const manifest = await readBackupManifest(file)
  const program = findProgram('pg_restore', bin)
  refuseOlder(program, manifest.pgDump, 'the pg_dump that wrote the dump')
  return asLogin(url, async (client) => {
    const target = await assertTarget(client, manifest)
    return asLogin(adminUrl, async (admin) => {
      const schemas = new Set(Object.values(manifest.extensionSchemas))
      for (const name of schemas) await client.query(`create schema if not exists ${q(name)}`)
      for (const name of manifest.extensions) await installed(admin, name, manifest.extensionSchemas[name])
      const { made, standIn } = await prepareRoles(admin, manifest, target)
      const left = await load(program, file, { url, adminUrl, target, schemas })
      if (manifest.owner !== target.login) await handOverPolicies(client, manifest.owner, target.login)
      if (standIn) await removeStandIn(admin, client, standIn, target.login)
      const { tables, unseen } = await seeingAll(url, async (all) => {
        return { unseen: blindLines(await blindSpots(all)), tables: await countAgain(all, manifest.tables) }
      })
      return {
        manifest,
        tables,
        differences: [...unseen, ...differences(manifest.tables, tables)],
        made,
        left,
      }
    })
  })
}

/** One that this login may not install is left to the dump, whose own attempt says why. */
async function installed(
  admin: { query(sql: string): Promise<unknown> },
  name: string,
  schema: string | undefined,
): Promise<void> {
  const place = schema === undefined ? '' : ` schema ${q(schema)}`
  await admin.query(`create extension if not exists ${q(name)}${place}`).catch(() => {})
}

interface LoadOptions {
  url: string
  adminUrl: string
  target: BackupTarget
  /** schemas that were made before, for extensions */
  schemas: ReadonlySet<string>
}

/** @returns entries that were left out, because only an administrator can restore them and there was none */
async function load(
  program: Program,
  file: string,
  { url, adminUrl, target, schemas }: LoadOptions,
): Promise<string[]> {
  const { path: folder, remove } = temporaryFolder('usertwo-restore-')
  try {
    const { owner, admin } = entriesOf(await contentsOf(program, file), target, schemas)
    const run = async (on: string, name: string, entries: string[]) => {
      const place = join(folder, name)
      writeFileSync(place, `${entries.join('\n')}\n`)
      // A materialized view is filled from tables with row security, which the URL's options show whole.
      const how = ['--no-owner', '--exit-on-error', '--single-transaction', '--enable-row-security']
      await runProgram(program, on, [...how, `--use-list=${place}`, file])
    }
    await run(url, 'owner', owner)
    if (admin.length === 0) return []
    try {
      await run(adminUrl, 'admin', admin)
      return []
    } catch {
      return admin
    }
  } finally {
    remove()
  }
}

/** The entries of a dump (`pg_restore --list`), by who can restore them. */
interface Entries {
  /** for the login that will own the tables */
  owner: string[]
  /** rights on what belongs to the server itself, event triggers and publications: for an administrator */
  admin: string[]
}

/** `4; 0 16385 ACL pg_catalog FUNCTION "lo_get"(…) postgres` */
const ENTRY = /^\d+; \d+ \d+ (.*)$/
/** An extension's comment belongs to the role that installed it, and is not part of the app. */
const COMMENT_ON_EXTENSION = /^COMMENT - EXTENSION /
const SYSTEM_RIGHTS = /^ACL pg_catalog /
const ADMINISTRATORS = /^(?:COMMENT - )?(?:EVENT TRIGGER|PUBLICATION) /
const SCHEMA = /^SCHEMA - (.*) \S+$/
const PUBLIC_RIGHTS = /^ACL - SCHEMA public /

/** @param ownsPublic whether the login owns the schema public: from PostgreSQL 15 the database's owner does */
function entriesOf(
  list: string,
  { ownsPublic }: { ownsPublic: boolean },
  schemas: ReadonlySet<string>,
): Entries {
  const owner: string[] = []
  const admin: string[] = []
  for (const line of list.split('\n')) {
    const entry = ENTRY.exec(line)?.[1]
    if (entry === undefined || COMMENT_ON_EXTENSION.test(entry)) continue
    const schema = SCHEMA.exec(entry)?.[1]
    if (schema !== undefined && schemas.has(schema)) continue
    const isServers =
      ADMINISTRATORS.test(entry) || SYSTEM_RIGHTS.test(entry) || (PUBLIC_RIGHTS.test(entry) && !ownsPublic)
    ;(isServers ? admin : owner).push(line)
  }
  return { owner, admin }
}
