const LONGEST = 400

// An app has few texts and asks them often.
const REMEMBERED = 500
const REMEMBERED_LENGTH = 4_000
const read = new Map<string, string>()

// Text in quotes of every kind, comments, names in double quotes (kept), numbers (but not `$1` or `t1`).
const TOKEN =
  /([eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'?)|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?(?:\2|$)|(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("(?:[^"]|"")*"?)|(?<![\w$."])(\.?\d[\w.]*)/g
const VALUE = String.raw`(?:\$\d+|\?|'…'|…)`
const LIST = new RegExp(String.raw`(${VALUE})(?:\s*,\s*${VALUE})+`, 'g')

/**
 * SQL without a value in it: texts become `'…'`, numbers `…`, comments go, lists of values become one and the rest; on
 * one line. The same statement with other values reads the same.
 */
export function withoutValues(sql: string): string {
  const known = read.get(sql)
  if (known !== undefined) return known
  const bare = blank(sql)
  if (sql.length <= REMEMBERED_LENGTH) {
    if (read.size >= REMEMBERED) read.clear()
    read.set(sql, bare)
  }
  return bare
}

function blank(sql: string): string {
  return sql
    .replace(TOKEN, (all, text, dollar, comment, name) => {
      if (name !== undefined) return all
      if (comment !== undefined) return ' '
      return text !== undefined || dollar !== undefined ? "'…'" : '…'
    })
    .replace(/\s+/g, ' ')
    .trim()
    .replace(LIST, '$1, …')
}

/** The same, cut at 400 characters. */
export function blanked(sql: string): string {
  const bare = withoutValues(sql)
  return bare.length > LONGEST ? `${bare.slice(0, LONGEST)} …` : bare
}
