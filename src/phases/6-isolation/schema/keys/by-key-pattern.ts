/** Matches the place of a value. */
const EMPTY = "''"
const TEXT = /'(?:[^']|'')*'/g

// One pattern for JavaScript and PostgreSQL, without a backslash: both read it, and an SQL literal needs no escapes.
const S = '[ \t\r\n]*'
const VALUE = `(?:[$][0-9]+|${EMPTY}|[-+]?[0-9]{1,18}(?![0-9.e]))(?!${S}::${S}(?:numeric|decimal|real|float|double))`

/**
 * The case-insensitive pattern of conditions that compare all columns of one of the keys with values. A
 * column is written alone or after the table's own name: after another name it may be another table's.
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
