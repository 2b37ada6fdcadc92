import { literal } from '../../src/database/quoted.js'

/** Values with which statements are tried whose own are not known. */
export interface Samples {
  /** a row of each table as JSON, by the table's name, as it was exported before the migration */
  rows: ReadonlyMap<string, string>
  ownerId: string
}

const BY_TYPE: readonly [RegExp, string][] = [
  [/^boolean$/, 'true'],
  [/^(?:timestamp|date\b|time\b)/, "'2026-01-15 12:00'"],
  [/^interval$/, "'1 day'"],
  [/\[\]$/, "'{}'"],
  [/^jsonb?$/, "'{}'"],
]
const TEXT = /^(?:text|character varying|character|citext|name)\b/
const RECORDSET = /populate_recordset\s*\(/i
const NUMBER = /^(?:smallint|integer|bigint|numeric|real|double precision)\b/

/**
 * Returns a value of a type, as SQL. The owner's id stands for numbers, uuids and texts, and an exported row for JSON that a
 * statement turns into a row.
 */
export function sampleOf(type: string, text: string, { rows, ownerId }: Samples): string {
  const isId = NUMBER.test(type) ? /^\d+$/.test(ownerId) : type === 'uuid' && /^[0-9a-f-]{36}$/i.test(ownerId)
  if (isId || TEXT.test(type)) return `${literal(ownerId)}::${type}`
  if (NUMBER.test(type)) return `1::${type}`
  const table = /^jsonb?$/.test(type) ? /\bnull\s*::\s*"?(?:\w+"?\."?)?(\w+)"?/i.exec(text)?.[1] : undefined
  const row = table === undefined ? undefined : rows.get(table)
  const json = row !== undefined && RECORDSET.test(text) ? `[${row}]` : row
  const known = json === undefined ? BY_TYPE.find(([name]) => name.test(type))?.[1] : literal(json)
  return `${known ?? 'null'}::${type}`
}
