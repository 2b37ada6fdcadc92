import { isIdName } from './ids.js'

/** A list of objects. */
export type Rows = Record<string, unknown>[]

export function isRows(value: unknown): value is Rows {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))
  )
}

/**
 * Returns what two lists of the same rows, in another order, have in common: a text for each row, without its
 * id and its volatile parts. Null if they are not the same rows, or are in the same order.
 */
export function reordered(a: Rows, b: Rows): { agreed: string[] } | null {
  if (a.length !== b.length) return null
  const members = [...new Set([...a, ...b].flatMap(Object.keys))].filter((name) => !isIdName(name))
  const lasting = members.filter((name) => sameOf(a, b, [name]))
  const without = lasting.map((name) => lasting.filter((one) => one !== name))
  const agreed = [lasting, ...without].find((some) => some.length > 0 && sameOf(a, b, some))
  if (!agreed || texts(a, agreed).join() === texts(b, agreed).join()) return null
  return { agreed }
}

/** Sorts rows by their content, except for the id. */
export function inOrderOfWords(rows: unknown[]): unknown[] {
  const words = (row: unknown) =>
    JSON.stringify(row, (name, value) => (name !== '' && isIdName(name) ? undefined : value)) ?? ''
  return rows
    .map((row) => ({ row, key: words(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row)
}

function sameOf(a: Rows, b: Rows, names: readonly string[]): boolean {
  return texts(a, names).sort().join() === texts(b, names).sort().join()
}

function texts(rows: Rows, names: readonly string[]): string[] {
  return rows.map((row) => JSON.stringify(names.map((name) => row[name])))
}
