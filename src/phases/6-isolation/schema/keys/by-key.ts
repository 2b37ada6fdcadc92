import type { Table } from '../../../../database/catalog.js'

/** Types whose `=` PostgreSQL may evaluate before a policy. With others a policy also sees rows not named. */
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

/** Returns the keys that identify a row among all users' rows; a write has to give all columns of one. */
export function tellingKeys({ name, indexes, columns, partitioned }: Table, owner: string): string[][] {
  if (!isPlain(name)) return []
  const fits = (one: string | null) =>
    one !== null &&
    one !== owner &&
    isPlain(one) &&
    isAskedFirst(columns.find((column) => column.name === one)?.baseType)
  // The primary key of a partitioned table also has the columns that decide on the partition: the app's id is the rest.
  const withoutPartition = (key: readonly (string | null)[]) =>
    key.filter((column) => !partitioned?.columns.includes(column ?? ''))
  const keys = indexes
    .filter(({ unique, valid, partial }) => unique && valid && !partial)
    .flatMap((index) => [index.columns, ...(index.primary ? [withoutPartition(index.columns)] : [])])
    .flatMap((key) => (key.length > 0 && key.every(fits) ? [key as string[]] : []))
  return [...new Map(keys.map((key) => [String(key), key])).values()]
}

// Whether a name has no other meaning between the brackets of a pattern.
const isPlain = (name: string) => /^[^\]\\^]+$/.test(name)
