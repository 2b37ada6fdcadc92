import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import { quotedTable } from '../../../database/quoted.js'

/** The one column that tells rows of a table apart. */
export interface Key {
  column: string
  type: string
  /** a segment of a path as its value, in one spelling; null: no key looks like that */
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

/** @throws Error where its rows are told apart by something else than one number, uuid or text */
export async function keyOf(db: Knex, table: string, owner: string): Promise<Key> {
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

/** Those of some keys that are a person's own rows'. */
export async function ownAmong(
  db: Knex,
  { table, owner, key }: { table: string; owner: string; key: Key },
  person: UserId,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const { rows } = await db.raw<{ rows: { key: string }[] }>(
    `select ??::text as key from ${quotedTable(table)} where ?? = ? and ?? = any (?::${key.type}[])`,
    [key.column, owner, person, key.column, [...new Set(keys)]],
  )
  return new Set(rows.map((row) => row.key))
}
