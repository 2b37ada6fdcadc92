import type { Table } from '../../../database/catalog.js'

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

/** What stands where a value was written. */
const EMPTY = "''"
const TEXT = /'(?:[^']|'')*'/g

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

// One pattern for JavaScript and PostgreSQL, and without a backslash: both read it, and a literal in SQL is as it stands.
const S = '[ \t\r\n]*'
const VALUE = `(?:[$][0-9]+|${EMPTY}|[-+]?[0-9]{1,18}(?![0-9.e]))(?!${S}::${S}(?:numeric|decimal|real|float|double))`

/**
 * The pattern, for letters of any case, of conditions that compare all columns of one of the keys with values. A column is
 * written alone or behind the table's own name: behind another it may be another table's.
 */
export function byKeyPattern(table: string, keys: readonly (readonly string[])[]): string {
  const ofTable = `(?:"?${escaped(table)}"?${S}[.]${S})?`
  const compared = (column: string) => {
    const name = `(?<![a-z0-9_$."])${ofTable}"?${escaped(column)}"?(?![a-z0-9_$"])`
    const list = `any${S}[(]${S}(?:array${S}[[]${S})?`
    return `(?:${name}${S}(?:=${S}(?:${list})?|in${S}[(]${S})[(]?${S}e?${VALUE}|${VALUE}${S}=${S}${name})`
  }
  return keys.map((key) => key.map((column) => `(?=.*${compared(column)})`).join('')).join('|')
}

const escaped = (name: string) => name.replace(/[^a-z0-9_]/gi, (sign) => `[${sign}]`)

/** Whether a statement names rows by such a key, as `usertwo.forbids` decides it. */
export function isByKey(text: string, pattern: string): boolean {
  const [, ...conditions] = text.replace(TEXT, EMPTY).split(/\bwhere\b/i)
  return conditions.length > 0 && new RegExp(`^${pattern}`, 'is').test(conditions.join(' where '))
}
