import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type pg from 'pg'
import type { Config } from '../../core/config.js'
import { ConfigError } from '../../core/config-error.js'
import type { UserId } from '../../core/context.js'
import type { NewPerson } from '../../core/users-config.js'
import { quotedTable } from '../../database/quoted.js'

interface Column {
  name: string
  type: string
  /** not null, and the database makes no value */
  required: boolean
}

const TIMES = /^(timestamp|date)/
/** What the toolkit itself fills in. */
const OURS = ['email', 'username', 'is_admin']

/**
 * The row of a new person: what the configuration makes, and values for what must not be null, has no default and the
 * app's code used to fill in. Times become now, a uuid a new one.
 *
 * @param given what the toolkit knows of them; the configuration may add to it, and name them otherwise
 * @param key default: what the configuration or the database makes
 * @throws ConfigError when a value is missing that only the app can know
 */
export async function newRow(
  db: Knex,
  users: Config['users'],
  given: Record<string, unknown> & NewPerson,
  now: Date,
  key?: UserId,
): Promise<Record<string, unknown>> {
  const { email, username } = given
  const made = typeof users.create === 'function' ? await users.create({ email, username }) : users.create
  const { email: _email, is_admin: _admin, ...values } = made ?? {}
  const columns = await columnsOf(db, users.table)
  const row: Record<string, unknown> = { ...given, ...values, ...(key !== undefined && { [users.id]: key }) }
  if (!columns.some(({ name }) => name === 'username')) delete row.username
  for (const { name, type, required } of columns) {
    if (!required || row[name] !== undefined) continue
    row[name] = valueFor(type, now)
    if (row[name] === undefined) throw new ConfigError('No user can be made', [cureFor(users, name, type)])
  }
  return row
}

/**
 * What keeps everybody from registering: columns a new person's row needs that neither the database, the toolkit nor the
 * configuration fills in, each with what to do.
 */
export async function registrationProblems(client: pg.Client, users: Config['users']): Promise<string[]> {
  const { create, id } = users
  if (typeof create === 'function') return []
  const { rows } = await client.query<Column>(COLUMNS, [quotedTable(users.table)])
  const problems = rows
    .filter(({ name, required }) => required && !OURS.includes(name) && !(create && name in create))
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
  return `${what}, so nobody can register; say in the configuration what belongs there, users: { create: ${example} }, or give it a default`
}

/** The columns of a table, by its quoted name. */
const COLUMNS = `select attname as name, format_type(atttypid, atttypmod) as type,
    attnotnull and not atthasdef and attidentity = '' as required
  from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`

/** The names of the table's columns, asked once it is needed and then remembered. */
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
 * Moves the sequence behind the id past the highest one there is or was, never back: a new user is nobody's heir, in
 * whatever still names an id. uuid ids have none.
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
