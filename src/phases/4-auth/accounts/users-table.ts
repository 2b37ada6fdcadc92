import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type pg from 'pg'
import type { Config } from '../../../config/config.js'
import { ConfigError } from '../../../core/config-error.js'
import type { UserId } from '../../../core/context.js'
import { quotedTable } from '../../../database/quoted.js'
import type { NewPerson } from '../config/users-config.js'

/** A condition on a user's credentials `c`, which holds for a user without a row there. */
export const MAY_LOG_IN = 'c.is_active is not false and (c.must_verify and not c.is_verified) is not true'

/** Serialises changes of e-mail addresses and names: each reads addresses, names and the sequence before it writes. */
export async function takeTurns(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('usertwo.users', 0))`)
}

interface Column {
  name: string
  type: string
  /** not null, and without a default */
  required: boolean
}

const TIMES = /^(timestamp|date)/
/** The columns that usertwo itself fills in. */
const oursIn = (users: Config['users']) => [
  'username',
  'is_admin',
  ...(users.login === 'username' ? [] : ['email']),
]

/**
 * The row of a new user: what the configuration makes, plus values for columns that must not be null, have no
 * default and used to be filled in by the app's code. Times become now, a uuid a new one.
 *
 * @param given what usertwo knows of the user; the configuration may add to it and use other column names
 * @param key default: what the configuration or the database makes
 * @throws ConfigError when a value is missing that only the app can know
 */
export async function newRow(
  db: Knex,
  users: Config['users'],
  given: Record<string, unknown> & { email: string | null; username?: string },
  now: Date,
  key?: UserId,
): Promise<Record<string, unknown>> {
  const { email, username } = given
  const person: NewPerson = { email: email ?? '', username }
  const known = email === null ? { ...given, email: undefined } : given
  const made = typeof users.create === 'function' ? await users.create(person) : users.create
  const { is_admin: _admin, ...values } = made ?? {}
  // An app that does not use addresses may have a not-null column for them.
  if (email !== null) delete values.email
  const columns = await columnsOf(db, users.table)
  const row: Record<string, unknown> = { ...known, ...values, ...(key !== undefined && { [users.id]: key }) }
  if (!columns.some(({ name }) => name === 'username')) delete row.username
  for (const { name, type, required } of columns) {
    if (!required || row[name] !== undefined) continue
    row[name] = valueFor(type, now)
    if (row[name] === undefined) throw new ConfigError('No user can be made', [cureFor(users, name, type)])
  }
  return row
}

/**
 * Returns the problems that make every registration fail: columns of a new user's row that neither the
 * database, usertwo nor the configuration fills in, each with what to do.
 */
export async function registrationProblems(client: pg.Client, users: Config['users']): Promise<string[]> {
  const { create, id } = users
  if (typeof create === 'function') return []
  const { rows } = await client.query<Column>(COLUMNS, [quotedTable(users.table)])
  const problems = rows
    .filter(({ name, required }) => required && !oursIn(users).includes(name) && !(create && name in create))
    .filter(({ type }) => valueFor(type, new Date()) === undefined)
    .map(({ name, type }) => cureFor(users, name, type))
  if (create && id in create)
    problems.push(
      `users.create gives everybody the same ${id}; make it a function: users: { create: ({ email }) => ({ ${id}: … }) }`,
    )
  return problems
}

function valueFor(type: string, now: Date): unknown {
  if (TIMES.test(type)) return now
  if (type === 'boolean') return false
  return type === 'uuid' ? randomUUID() : undefined
}

function cureFor({ table, id }: Config['users'], name: string, type: string): string {
  const what = `${table}.${name} (${type}) must not be null and has no default`
  const example = name === id ? `({ email }) => ({ ${name}: … })` : `{ ${name}: … }`
  return `${what}, so registration fails; set the value in the configuration, users: { create: ${example} }, or give the column a default`
}

/** The columns of a table, by its quoted name. */
const COLUMNS = `select attname as name, format_type(atttypid, atttypmod) as type,
    attnotnull and not atthasdef and attidentity = '' as required
  from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`

/** The names of the table's columns, read on first use and then remembered. */
export function usersColumns(db: Knex, table: string): () => Promise<Set<string>> {
  let names: Set<string> | undefined
  return async () => {
    names ??= new Set((await columnsOf(db, table)).map((column) => column.name))
    return names
  }
}

async function columnsOf(db: Knex, table: string): Promise<Column[]> {
  const { rows } = await db.raw<{ rows: Column[] }>(COLUMNS.replace('$1', '?'), [quotedTable(table)])
  return rows
}

/**
 * Moves the sequence behind the id past the highest id that exists or ever existed, never back, so that a new
 * user does not inherit what still names an old id. uuid ids have no sequence.
 */
export async function moveSequence(db: Knex, users: Config['users']): Promise<void> {
  const { rows } = await db.raw<{ rows: { sequence: string | null }[] }>(
    'select pg_get_serial_sequence(?, ?) as sequence',
    [quotedTable(users.table), users.id],
  )
  const sequence = rows[0]?.sequence
  if (!sequence) return
  await db.raw(
    `select setval(?::regclass, highest.id) from (select greatest((select max(??) from ??),
       (select max(user_id) from usertwo.audit)) as id) as highest
     where highest.id > coalesce(pg_sequence_last_value(?::regclass), 0)`,
    [sequence, users.id, users.table, sequence],
  )
}
