import type { Knex } from 'knex'
import type { Config } from '../../core/config.js'
import { quotedTable } from '../../database/quoted.js'

interface Column {
  name: string
  type: string
  required: boolean
}

const TIMES = /^(timestamp|date)/

/**
 * Values for the columns of the app's own users table that must not be null and have no default: its code used
 * to fill them in. Times become now.
 *
 * @throws when another such column exists: what belongs there only the app knows
 */
export async function requiredValues(
  db: Knex,
  users: Config['users'],
  given: Iterable<string>,
  now: Date,
): Promise<Record<string, unknown>> {
  const known = new Set([...given, users.id])
  const values: Record<string, unknown> = {}
  for (const { name, type, required } of await columnsOf(db, users.table)) {
    if (!required || known.has(name)) continue
    if (TIMES.test(type)) values[name] = now
    else if (type === 'boolean') values[name] = false
    else
      throw new Error(
        `${users.table}.${name} (${type}) must not be null and has no default, so no user can be made; ` +
          `give it a default: alter table ${users.table} alter column ${name} set default …`,
      )
  }
  return values
}

/** The names of the table's columns, asked once it is needed and then remembered. */
export function usersColumns(db: Knex, table: string): () => Promise<Set<string>> {
  let names: Set<string> | undefined
  return async () => {
    names ??= new Set((await columnsOf(db, table)).map((column) => column.name))
    return names
  }
}

async function columnsOf(db: Knex, table: string): Promise<Column[]> {
  const { rows } = await db.raw<{ rows: Column[] }>(
    `select attname as name, format_type(atttypid, atttypmod) as type,
       attnotnull and not atthasdef and attidentity = '' as required
     from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped`,
    [quotedTable(table)],
  )
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
