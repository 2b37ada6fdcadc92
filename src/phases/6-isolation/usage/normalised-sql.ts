import { memoise } from '../../../core/memoise.js'

const LONGEST = 400

// Text in quotes of every kind, comments, names in double quotes (kept), numbers (but not `$1` or `t1`).
const TOKEN =
  /([eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'?)|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?(?:\2|$)|(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("(?:[^"]|"")*"?)|(?<![\w$."])(\.?\d[\w.]*)/g
const VALUE = String.raw`(?:\$\d+|\?|'…'|…)`
const LIST = new RegExp(String.raw`(${VALUE})(?:\s*,\s*${VALUE})+`, 'g')

/**
 * SQL without a value in it: texts become `'…'`, numbers `…`, comments go, lists of values become one and the rest; on
 * one line. The same statement with other values reads the same.
 */
export const withoutValues = memoise((sql) =>
  sql
    .replace(TOKEN, (all, text, dollar, comment, name) => {
      if (name !== undefined) return all
      if (comment !== undefined) return ' '
      return text !== undefined || dollar !== undefined ? "'…'" : '…'
    })
    .replace(/\s+/g, ' ')
    .trim()
    .replace(LIST, '$1, …'),
)

/** The same, cut at 400 characters. */
export function normalisedSql(sql: string): string {
  const bare = withoutValues(sql)
  return bare.length > LONGEST ? `${bare.slice(0, LONGEST)} …` : bare
}
