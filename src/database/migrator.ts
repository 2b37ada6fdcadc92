import pg from 'pg'
import type { Umzug } from 'umzug'
import type { UserId } from '../core/context.js'
import { type Direction, type MigrationFile, readMigrations } from './migrations/files.js'
import { readLedger } from './migrations/ledger.js'
import { LEDGER, LEDGER_GONE } from './migrations/ledger-place.js'
import { assertOwnerAlone } from './migrations/losses.js'
import { placeholders } from './migrations/placeholders.js'
import { repairSequence } from './migrations/sequence.js'
import { inTransaction, withMigrationLock } from './migrations/session.js'
import { fillPlaceholders, shortStatement } from './migrations/statements.js'
import { inspectUsers, type UsersConfig, type UsersTable } from './migrations/users-table.js'
import { qualified } from './quoted.js'
import { sqlState } from './sql-state.js'

/** One statement, reported before it runs. */
export interface StatementEvent {
  migration: string
  direction: Direction
  sql: string
}

export interface MigrateOptions {
  /** Migrations up to this phase are applied. */
  phase: number
  users: UsersConfig
  ownerId: UserId
  /** Awaited before each statement. */
  onStatement?: (event: StatementEvent) => void | Promise<void>
}

export interface MigrationStatus {
  name: string
  phase: number
  risk: string
  appliedAt: Date | null
}

/** A statement failed; its whole migration was undone, the earlier ones stay applied. */
export class MigrationError extends Error {
  constructor(
    readonly migration: string,
    readonly direction: Direction,
    readonly statement: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const advice = sqlState(cause) === FORBIDDEN ? `. ${ADVICE}` : ''
    const at = shortStatement(statement)
    super(`Migration ${migration} (${direction}) failed at "${at}": ${reason}${advice}`, { cause })
    this.name = 'MigrationError'
  }
}

// insufficient_privilege
const FORBIDDEN = '42501'
const ADVICE =
  'Migrate with the login that owns the users table and may create in its schema; where it may not create ' +
  'schemas, an administrator runs once: CREATE SCHEMA usertwo AUTHORIZATION that_login'

/** The first phase with a schema. */
const FIRST_PHASE = 3

interface Run {
  client: pg.Client
  values: Record<string, string>
  onStatement: (event: StatementEvent) => void | Promise<void>
}

/**
 * Brings usertwo's own schema to a phase. Running it again, at the same time elsewhere, or after an
 * interruption gives the same result; a lower phase than before removes nothing. Its objects belong to the
 * login of `url`, which must own the users table.
 *
 * @returns the names of the migrations this call applied
 * @throws UsersTableError before any change; MigrationError with the migration, direction and statement
 */
export async function migrate(url: string, options: MigrateOptions): Promise<{ applied: string[] }> {
  if (options.phase < FIRST_PHASE) return { applied: [] }
  return withMigrationLock(url, async (client) => {
    const { run, users } = await prepare(client, options)
    const files = readMigrations().filter((file) => file.phase <= options.phase)
    await inTransaction(client, () => execute(run, 'ledger', 'up', LEDGER))
    const applied = await withUmzug(run, files, (umzug) => umzug.up())
    // At every run, because a restored dump brings the old sequence back.
    const sequence = {
      migration: 'sequence',
      direction: 'up' as const,
      sql: `the sequence of ${qualified(users)}`,
    }
    await inTransaction(client, async () => {
      await run.onStatement(sequence)
      await repairSequence(client, users, options.ownerId)
    })
    return { applied: applied.map(({ name }) => name) }
  })
}

/**
 * Undoes the migrations of phases above `to`, the last first, and deletes the data in what they added.
 *
 * @throws SecondUserError when a user other than the owner could no longer log in; nothing was changed
 * @returns the names of the migrations this call undid
 */
export async function down(
  url: string,
  options: Omit<MigrateOptions, 'phase'> & { to: number },
): Promise<{ undone: string[] }> {
  return withMigrationLock(url, async (client) => {
    const { run } = await prepare(client, options)
    const done = new Set((await readLedger(client)).map(({ name }) => name))
    const files = readMigrations()
    const names = files
      .filter((file) => file.phase > options.to && done.has(file.name))
      .map((file) => file.name)
    if (names.length > 0) await assertOwnerAlone(client, options.ownerId)
    const undone = await withUmzug(run, files, (umzug) => umzug.down({ migrations: names.reverse() }))
    await inTransaction(client, () => execute(run, 'ledger', 'down', [LEDGER_GONE]))
    return { undone: undone.map(({ name }) => name) }
  })
}

/** Lists every migration, and when it was applied. Changes nothing and waits for no lock. */
export async function status(url: string): Promise<MigrationStatus[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'usertwo status' })
  await client.connect()
  try {
    await client.query('set role none')
    const applied = new Map((await readLedger(client)).map(({ name, appliedAt }) => [name, appliedAt]))
    return readMigrations().map(({ name, phase, risk }) => ({
      name,
      phase,
      risk,
      appliedAt: applied.get(name) ?? null,
    }))
  } finally {
    await client.end()
  }
}

async function prepare(
  client: pg.Client,
  options: Pick<MigrateOptions, 'users' | 'ownerId' | 'onStatement'>,
): Promise<{ run: Run; users: UsersTable }> {
  const users = await inspectUsers(client, options.users, options.ownerId)
  return {
    users,
    run: {
      client,
      values: placeholders(users, options.ownerId),
      onStatement: options.onStatement ?? (() => {}),
    },
  }
}

/** Imported only by code that migrates: its command-line package takes longer to load than many a usertwo command runs. */
async function withUmzug<T>(
  run: Run,
  files: MigrationFile[],
  work: (umzug: Umzug<Run>) => Promise<T>,
): Promise<T> {
  const { Umzug, MigrationError: UmzugError } = await import('umzug')
  const umzug = new Umzug({
    migrations: files.map((file) => migrationOf(run, file)),
    context: run,
    logger: undefined,
    storage: {
      executed: async () => (await readLedger(run.client)).map(({ name }) => name),
      // Written with the migration, in its own transaction, so that a row without its changes cannot exist.
      logMigration: async () => {},
      unlogMigration: async () => {},
    },
  })
  try {
    return await work(umzug)
  } catch (error) {
    // umzug's own error says less than its cause, which is usertwo's.
    throw error instanceof UmzugError && error.cause instanceof Error ? error.cause : error
  }
}

function migrationOf(run: Run, file: MigrationFile) {
  return {
    name: file.name,
    up: () =>
      inTransaction(run.client, async () => {
        await run.client.query('insert into usertwo.migrations (name) values ($1)', [file.name])
        await execute(run, file.name, 'up', file.up)
      }),
    down: () =>
      inTransaction(run.client, async () => {
        await run.client.query('delete from usertwo.migrations where name = $1', [file.name])
        await execute(run, file.name, 'down', file.down)
      }),
  }
}

async function execute(
  run: Run,
  migration: string,
  direction: Direction,
  statements: string[],
): Promise<void> {
  for (const statement of statements) {
    const sql = fillPlaceholders(statement, run.values)
    await run.onStatement({ migration, direction, sql })
    try {
      await run.client.query(sql)
    } catch (cause) {
      throw new MigrationError(migration, direction, sql, cause)
    }
  }
}
