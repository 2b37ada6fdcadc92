import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { canonicalId } from '../../src/config/canonical-id.js'
import { type Config, ownedIn } from '../../src/config/config.js'
import type { UserId } from '../../src/core/context.js'
import { type Catalog, findTable, type Table } from '../../src/database/catalog.js'
import { literal, q, qualified, quotedTable } from '../../src/database/quoted.js'
import { type LostRows, readOtherRows, rowsAlong } from '../../src/phases/4-auth/privacy/other-rows.js'
import { removeRowsOfUser } from '../../src/phases/4-auth/privacy/remove-rows.js'
import { backUp, IncompleteDump } from '../backup/back-up.js'
import { UsageError } from '../usage-error.js'

/** Whose rows an undo keeps, and where it writes those of the other users first. */
export interface KeptUser {
  user: UserId
  /** of the backup; it is made if it is missing */
  folder: string
  /** folder of pg_dump; default: the PATH */
  bin?: string | undefined
}

/** The rows of a user in an owned table. */
export interface RowsOfUser {
  /** as the configuration names it */
  table: string
  user: string
  count: number
}

export const rowsLine = ({ table, user, count }: RowsOfUser) => `${table}: ${count} of user ${user}`

/** An owned table that has its owner column already. */
interface OwnedNow {
  name: string
  owner: string
  table: Table
}

function ownedNow(catalog: Catalog, config: Config): OwnedNow[] {
  return ownedIn(config).flatMap(([name, { owner }]) => {
    const table = findTable(catalog, name)
    return table?.columns.some((column) => column.name === owner) ? [{ name, owner, table }] : []
  })
}

/** Counts the rows of users other than `keep`, by table and user. */
export async function foreignRows(
  client: pg.Client,
  catalog: Catalog,
  config: Config,
  keep: UserId,
): Promise<RowsOfUser[]> {
  const found: RowsOfUser[] = []
  for (const { name, owner, table } of ownedNow(catalog, config)) {
    const { rows } = await client.query<{ user: string; count: number }>(
      `select ${q(owner)}::text as user, count(*)::int as count from ${qualified(table)} where ${q(owner)}::text <> $1 group by 1 order by 1`,
      [String(keep)],
    )
    found.push(...rows.map((row) => ({ table: name, ...row })))
  }
  return found
}

/**
 * Returns a user's id as the database prints it.
 *
 * @throws UsageError if the table of users has no row of the user
 */
export async function existingUser(client: pg.Client, { users }: Config, user: UserId): Promise<UserId> {
  const { rows } = await client.query<{ id: string }>(
    `select ${q(users.id)}::text as id from ${quotedTable(users.table)} where ${q(users.id)}::text in ($1, $2)
    order by ${q(users.id)}::text = $1 desc limit 1`,
    [String(user), String(canonicalId(user))],
  )
  if (!rows[0]) throw new UsageError(`--keep-user ${user}: ${users.table} has no user with this id`)
  return rows[0].id
}

/** Keeps every process from writing the rows of a user, or a new user, until the transaction ends. A backup still reads. */
export async function lockRows(client: pg.Client, catalog: Catalog, config: Config): Promise<void> {
  const users = findTable(catalog, config.users.table)
  const { rows: own } = await client.query<{ schema: string; name: string }>(
    `select 'usertwo' as schema, relname::text as name from pg_class
    where relnamespace = 'usertwo'::regnamespace and relkind in ('r', 'p') order by 2`,
  )
  const tables = [...ownedNow(catalog, config).map(({ table }) => table), ...(users ? [users] : []), ...own]
  await client.query(`lock table ${[...new Set(tables.map(qualified))].join(', ')} in exclusive mode`)
}

/**
 * Writes a backup with every user's rows, as `usertwo backup` does, and returns its file.
 *
 * @throws IncompleteDump if no login that was given sees every row
 */
export async function backUpBeforeUndo(
  urls: { url: string; adminUrl?: string | undefined },
  config: Config,
  { folder, bin }: KeptUser,
): Promise<string> {
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined)
    writeFileSync(join(folder, '.gitignore'), '*\n')
  const time = new Date().toISOString().replace(/:/g, '-')
  const file = join(folder, `before-undo-${time}.dump`)
  const dump = (url: string) => backUp(config, { file, url, ...(bin !== undefined && { bin }) })
  await dump(urls.url).catch((error: unknown) => {
    if (!(error instanceof IncompleteDump) || urls.adminUrl === undefined) throw error
    return dump(urls.adminUrl)
  })
  return file
}

/** Triggers of the app that write rows for the user whose rows go, such as an audit, need as many more rounds. */
const ROUNDS = 3

/**
 * Removes all rows of users other than `keep`, and these users. The transaction must be rolled back if it throws.
 *
 * @returns how many rows of tables without an owner went along
 * @throws Error if something else references a row that goes
 * @throws OthersWouldChange if a row of the kept user, or one that all users share, would go or change
 */
export async function removeOthers(
  client: pg.Client,
  catalog: Catalog,
  config: Config,
  keep: UserId,
): Promise<LostRows[]> {
  const run = (sql: string) => client.query(sql)
  const { users, owner } = config
  const stay = [keep, owner.id].map(literal).join(', ')
  const kept = () =>
    readOtherRows(
      async (sql) => (await client.query(sql)).rows,
      config,
      'not change',
      (column, isUsers) =>
        isUsers ? `${column}::text not in (${stay})` : `${column}::text <> ${literal(keep)}`,
    )
  const before = await kept()
  const others = new Set(await otherAccounts(client, keep))
  for (let round = 0; ; round++) {
    const left = await foreignRows(client, catalog, config, keep)
    if (left.length === 0) break
    if (round === ROUNDS)
      throw new Error(`these rows come back when they are removed: ${left.map(rowsLine).join(', ')}`)
    for (const user of new Set(left.map((one) => one.user))) {
      others.add(user)
      await removeRowsOfUser(run, ownedNow(catalog, config), user)
    }
    await run("select set_config('usertwo.user_id', 'system', true)")
  }
  const people = findTable(catalog, users.table)
  // Old code names the owner, whose row other tables may point to.
  for (const user of others)
    if (people && user !== String(owner.id))
      await run(`delete from ${qualified(people)} where ${q(users.id)} = ${literal(user)}`)
  await run('set constraints all immediate')
  return rowsAlong(before, await kept())
}

/** Returns the ids of the other users who have an account. */
async function otherAccounts(client: pg.Client, keep: UserId): Promise<string[]> {
  const { rows: found } = await client.query(
    "select from pg_class where oid = to_regclass('usertwo.credentials')",
  )
  if (found.length === 0) return []
  const { rows } = await client.query<{ user: string }>(
    'select user_id::text as user from usertwo.credentials where user_id::text <> $1 order by 1',
    [String(keep)],
  )
  return rows.map(({ user }) => user)
}
