import type { Table } from '../../../../database/catalog.js'

/** Types whose `=` PostgreSQL may ask before a policy: of the others a policy hears of rows that were not named. */
const ASKED_FIRST = new Set([
  'smallint',
  'integer',
  'bigint',
  'uuid',
  'text',
  'character varying',
  'character',
])
export const isAskedFirst = (type: string | undefined) => ASKED_FIRST.has(type ?? '')

/** The keys that tell a row of a table from every other, whoever's it is: all columns of each must be given. */
export function tellingKeys({ name, indexes, columns }: Table, owner: string): string[][] {
  if (!isPlain(name)) return []
  const fits = (one: string | null) =>
    one !== null &&
    one !== owner &&
    isPlain(one) &&
    isAskedFirst(columns.find((column) => column.name === one)?.baseType)
  const keys = indexes
    .filter(({ unique, valid, partial }) => unique && valid && !partial)
    .flatMap((index) => (index.columns.every(fits) ? [index.columns as string[]] : []))
  return [...new Map(keys.map((key) => [String(key), key])).values()]
}

// What has no other meaning between the brackets of a pattern.
const isPlain = (name: string) => /^[^\]\\^]+$/.test(name)
