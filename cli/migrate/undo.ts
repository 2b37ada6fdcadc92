import type pg from 'pg'
import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import { type Config, ownedIn } from '../../src/config/config.js'
import { findTable, readCatalog, type Table } from '../../src/database/catalog.js'
import { requestRoleOf } from '../../src/database/login.js'
import { assertOwnerAlone, lossesOf } from '../../src/database/migrations/losses.js'
import { q, qualified } from '../../src/database/quoted.js'
import { sqlState } from '../../src/database/sql-state.js'
import { withClient } from '../../src/database/with-client.js'
import { giveBackLargeObjects, type MigrateUrls } from '../../src/migrate.js'
import type { LostRows } from '../../src/phases/4-auth/privacy/other-rows.js'
import {
  backUpBeforeUndo,
  existingUser,
  foreignRows,
  type KeptUser,
  lockRows,
  type RowsOfUser,
  removeOthers,
  rowsLine,
} from './undo-others.js'
import {
  added,
  builtOnAdded,
  builtOnUsertwo,
  constraints,
  indexes,
  keysWithOwner,
  ownerColumns,
  perUserUniques,
  policies,
  rights,
  type UndoStep,
} from './undo-steps.js'

export interface SchemaUndo {
  steps: UndoStep[]
  /** data of usertwo's own that is deleted: `usertwo.credentials: 3` */
  lost: string[]
  /** rows of other users, which the app alone would show to everybody: without `keeps` nothing is undone while there are any */
  foreign: RowsOfUser[]
  /** rows of tables without an owner that go with them */
  along: LostRows[]
  /** the user whose rows stay, and where a backup with every user's rows goes before the others' are removed; null: none was named */
  keeps: KeptUser | null
  /** the file of that backup; null: none was written */
  backup: string | null
  /** what the app itself has built on usertwo's schema or on the columns that it added, and would lose: nothing is undone while there is any */
  builtOn: string[]
  /** uniques of older contracts, which kept no definition, with what comes back in their place */
  derived: string[]
  /** what cannot come back by itself */
  byHand: string[]
  requestRole: string
  /** whether the steps were run */
  done: boolean
}

/**
 * Takes everything of usertwo out of the database, in one transaction, or says what that would do. The app's own keys,
 * uniques and defaults come back as they were.
 *
 * @param keeps the user whose rows alone stay; those of all others are removed, once a backup with them is written
 * @throws SecondUserError when a user other than the owner could no longer log in, and `keeps` names none
 */
export async function undoSchema(
  urls: MigrateUrls,
  config: Config,
  { yes, keeps = null }: { yes: boolean; keeps?: KeptUser | null },
): Promise<SchemaUndo> {
  const plan = await asLogin(urls.url, (client) => planUndo(client, config, keeps))
  if (!isSafe(plan)) return plan
  if (!yes) return plan.keeps ? { ...plan, along: await triedOthers(urls.url, config, plan.keeps) } : plan
  // While the functions that it asks for are there.
  await giveBackLargeObjects(urls)
  const undone = await asLogin(urls.url, (client) => undoAtOnce(client, urls, config, keeps))
  if (undone.done && urls.adminUrl)
    await withClient(urls.adminUrl, 'migrate', (client) => dropRole(client, undone.requestRole))
  return undone
}

const isSafe = ({ steps, foreign, builtOn, keeps }: SchemaUndo) =>
  steps.length > 0 && builtOn.length === 0 && (keeps !== null || foreign.length === 0)

/** Plans again, where no process can store a row any more, and does it. */
async function undoAtOnce(
  client: pg.Client,
  urls: MigrateUrls,
  config: Config,
  keeps: KeptUser | null,
): Promise<SchemaUndo> {
  await client.query("begin; set local lock_timeout = '10s'")
  try {
    if (keeps) await lockRows(client, await readCatalog(client), config)
    else {
      const owned = await ownedTables(client, config)
      if (owned.length > 0) await client.query(`lock table ${owned.map(qualified).join(', ')}`)
    }
    const plan = await planUndo(client, config, keeps)
    if (isSafe(plan)) {
      if (plan.keeps) Object.assign(plan, await keepOnly(client, urls, config, plan.keeps))
      for (const step of plan.steps) await runStep(client, step).catch(unchanged(step.what))
    }
    await client.query(isSafe(plan) ? 'commit' : 'rollback')
    return { ...plan, done: isSafe(plan) }
  } catch (error) {
    // The first error says why; a connection that is gone has taken everything back.
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** What a name that is not there any more is answered: of a column, of a table. */
const UNKNOWN_NAME = new Set(['42703', '42P01'])

async function runStep(client: pg.Client, { sql, orElse, index }: UndoStep): Promise<void> {
  if (orElse === undefined) return void (await client.query(sql))
  const insteadRun = async (other: string) => {
    await client.query('rollback to savepoint usertwo_step')
    await client.query(other)
  }
  await client.query('savepoint usertwo_step')
  try {
    await client.query(sql)
    if (index && !(await isValid(client, index.name))) await insteadRun(index.ifInvalid)
  } catch (error) {
    if (!UNKNOWN_NAME.has(sqlState(error) ?? '')) throw error
    await insteadRun(orElse)
  }
  await client.query('release savepoint usertwo_step')
}

async function isValid(client: pg.Client, index: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from pg_index where indexrelid = to_regclass($1) and not indisvalid',
    [index],
  )
  return rowCount === 0
}

/** Throws an error with the step that it stopped. */
const unchanged = (what: string) => (cause: unknown) => {
  throw new Error(`${what}: ${(cause as Error).message}; nothing was changed`, { cause })
}

/** Removes the rows of all other users and rolls back. */
const triedOthers = (url: string, config: Config, { user }: KeptUser): Promise<LostRows[]> =>
  asLogin(url, async (client) => {
    await client.query("begin isolation level repeatable read; set local lock_timeout = '10s'")
    try {
      return await removeOthers(client, await readCatalog(client), config, user).catch(
        unchanged('rows of other users'),
      )
    } finally {
      await client.query('rollback').catch(() => {})
    }
  })

/** Writes the backup, then removes the rows of all other users. */
async function keepOnly(
  client: pg.Client,
  urls: MigrateUrls,
  config: Config,
  keeps: KeptUser,
): Promise<Pick<SchemaUndo, 'backup' | 'along'>> {
  // The connection waits for as long as the dump takes.
  await client.query('set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0')
  const file = await backUpBeforeUndo(urls, config, keeps).catch(unchanged('backup'))
  const along = await removeOthers(client, await readCatalog(client), config, keeps.user).catch(
    unchanged(`rows of other users, which are in ${file}`),
  )
  return { backup: file, along }
}

async function ownedTables(client: pg.Client, config: Config): Promise<Table[]> {
  const catalog = await readCatalog(client)
  return ownedIn(config).flatMap(([name]) => findTable(catalog, name) ?? [])
}

/** Roles belong to the whole server: phases below 6 have none. */
async function dropRole(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  if (rowCount) await client.query(`drop owned by ${q(role)}; drop role ${q(role)}`)
}

/** @throws SecondUserError when a user other than the owner could no longer log in, and `keeps` names none */
async function planUndo(client: pg.Client, config: Config, given: KeptUser | null): Promise<SchemaUndo> {
  const keeps = given && { ...given, user: await existingUser(client, config, given.user) }
  if (!keeps) await assertOwnerAlone(client, config.owner.id)
  const { rows } = await client.query<{ there: boolean; name: string; role: string | null }>(
    `select to_regnamespace('usertwo') is not null as there, current_database() as name,
      obj_description(to_regprocedure('usertwo.uid()'), 'pg_proc') as role`,
  )
  // A restored dump names the role of the database that it was made from.
  const requestRole = rows[0]!.role ?? requestRoleOf(rows[0]!.name)
  const nothing: SchemaUndo = {
    ...{ steps: [], lost: [], foreign: [], along: [], builtOn: [], derived: [], byHand: [] },
    ...{ keeps, backup: null, requestRole, done: false },
  }
  if (!rows[0]!.there) return nothing
  const losses = await lossesOf(client, { to: 0, users: config.users, ownerId: config.owner.id })
  const catalog = await readCatalog(client)
  const [columns, uniques] = [ownerColumns(catalog, config), await perUserUniques(client, catalog)]
  const keys = keysWithOwner(catalog)
  return {
    ...nothing,
    steps: [
      // First, because a table that is added has them too.
      ...(await rights(client, requestRole)),
      ...(await policies(client)),
      { what: 'schema usertwo, with its triggers and defaults', sql: 'drop schema usertwo cascade' },
      ...(await constraints(client)),
      ...keys.go,
      ...uniques.steps,
      ...keys.come,
      ...(await indexes(client)),
      ...columns.steps,
      ...(await added(client)),
    ],
    lost: losses.map(({ what, count }) => `${what}: ${count}`),
    foreign: await foreignRows(client, catalog, config, keeps?.user ?? config.owner.id),
    builtOn: [
      ...new Set([...(await builtOnUsertwo(client, config)), ...(await builtOnAdded(client))]),
    ].sort(),
    derived: uniques.derived,
    byHand: columns.byHand,
  }
}

/** The same for people. */
export function undoSchemaLines(undone: SchemaUndo): string[] {
  const { steps, lost, foreign, along, keeps, backup, builtOn, derived, byHand, requestRole, done } = undone
  if (steps.length === 0) return ['nothing to undo: the database has no schema usertwo']
  if (foreign.length > 0 && !keeps)
    return [
      'nothing was changed: the app alone would show these rows to everybody',
      ...foreign.map((one) => `  ${rowsLine(one)}`),
      'Each user can export theirs first; then remove the users with their rows (usertwo users remove WHO --yes), and say it again. Or name the one user whose rows stay: --keep-user ID removes those of all others, and writes them to a backup first.',
    ]
  if (builtOn.length > 0)
    return [
      'nothing was changed: the app itself has built these on the schema usertwo or on columns that usertwo added, and would lose them',
      ...builtOn.map((one) => `  ${one}`),
      'Drop them, or write them without usertwo and without these columns, and say it again.',
    ]
  const rest = [...derived.map((one) => `derived: ${one}`), ...byHand.map((one) => `by hand: ${one}`)]
  if (done)
    return [
      ...(backup ? [`every user’s rows as they were: ${backup} (usertwo restore reads it)`] : []),
      ...foreign.map((one) => `removed: ${rowsLine(one)}`),
      ...along.map(({ table, rows }) => `removed with them: ${table}: ${rows}`),
      ...steps.map(({ what }) => `undone: ${what}`),
      ...rest,
      `The role of requests is left unless --admin was given: drop role ${q(requestRole)}`,
      'usertwo is out of the database. Start the app by its own entry.',
    ]
  return [
    ...(keeps
      ? [
          `would write a backup with every user’s rows to ${keeps.folder}, then keep those of user ${keeps.user} alone`,
        ]
      : []),
    ...foreign.map((one) => `would remove ${rowsLine(one)}`),
    ...along.map(({ table, rows }) => `would remove with them ${table}: ${rows}`),
    ...steps.map(({ what }) => `would undo: ${what}`),
    ...lost.map((one) => `would delete ${one}`),
    ...rest,
    'nothing was changed; back up, stop every process of the app, then say it again with --yes',
  ]
}
