import type { Knex } from 'knex'
import { isOwned } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { quotedTable } from '../../../database/quoted.js'

/** The single column that identifies the rows of a table. */
interface Key {
  column: string
  type: string
  /** reads a segment of a path as a value, in one spelling; null: not a valid key */
  read(segment: string): string | null
}

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i
const KINDS: Record<string, Pick<Key, 'type' | 'read'>> = {
  uuid: { type: 'uuid', read: (text) => (UUID.test(text) ? text.toLowerCase() : null) },
  number: { type: 'bigint', read: (text) => (/^[1-9]\d{0,17}$/.test(text) ? text : null) },
  text: { type: 'text', read: (text) => text },
}
const KIND_OF: Record<string, keyof typeof KINDS> = {
  uuid: 'uuid',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  text: 'text',
  varchar: 'text',
}

/** Whether a row is the user's own or another user's; null: no row has this key. */
export type Whose = 'own' | 'others' | null

/**
 * Looks up whether the rows that paths name are the user's own.
 *
 * @returns the answer for each segment that may be a key of the table, from one query
 * @throws Error if the table's key is anything except one number, uuid or text
 */
export function whoseRows({
  config,
  db,
}: Pick<Kit, 'config' | 'db'>): (
  table: string,
  person: UserId,
  segments: readonly string[],
) => Promise<Map<string, Whose>> {
  const keys = new Map<string, Promise<Key>>()
  const keyIn = (table: string, owner: string) => {
    const known = keys.get(table) ?? keyOf(db, table, owner)
    keys.set(table, known)
    known.catch(() => keys.delete(table))
    return known
  }
  return async (table, person, segments) => {
    const entry = config.tables[table]!
    if (!isOwned(entry)) return new Map()
    const key = await keyIn(table, entry.owner)
    const named = segments.flatMap((segment) => {
      const value = key.read(segment)
      return value === null ? [] : [{ segment, value }]
    })
    const found = await askWhose(
      db,
      { table, owner: entry.owner, key },
      person,
      named.map(({ value }) => value),
    )
    return new Map(named.map(({ segment, value }) => [segment, found.get(value) ?? null]))
  }
}

async function keyOf(db: Knex, table: string, owner: string): Promise<Key> {
  const { rows } = await db.raw<{ rows: { column: string; type: string }[] }>(
    `select a.attname as column, t.typname as type from pg_catalog.pg_index i
     join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
     join pg_catalog.pg_type t on t.oid = a.atttypid
     where i.indrelid = pg_catalog.to_regclass(?) and i.indisprimary and a.attname <> ?`,
    [quotedTable(table), owner],
  )
  const [first, ...more] = rows
  const kind = first && KINDS[KIND_OF[first.type] ?? '']
  if (!kind || more.length > 0)
    throw new Error(`routes.owned: the key of ${table} is not one column with a number, a uuid or a text`)
  return { column: first.column, ...kind }
}

async function askWhose(
  db: Knex,
  { table, owner, key }: { table: string; owner: string; key: Key },
  person: UserId,
  keys: readonly string[],
): Promise<Map<string, Whose>> {
  if (keys.length === 0) return new Map()
  const { rows } = await db.raw<{ rows: { key: string; whose: Whose }[] }>(
    `select ??::text as key, case when ?? = ? then 'own' else 'others' end as whose
     from ${quotedTable(table)} where ?? = any (?::${key.type}[])`,
    [key.column, owner, person, key.column, [...new Set(keys)]],
  )
  return new Map(rows.map((row) => [row.key, row.whose]))
}
