import { memoise } from '../../../core/memoise.js'
import { isComment, replaced } from '../../../sql/meaning.js'
import type { Token } from '../../../sql/tokens.js'

const LONGEST = 400

const VALUE = String.raw`(?:\$\d+|\?|'…'|…)`
const LIST = new RegExp(String.raw`(${VALUE})(?:\s*,\s*${VALUE})+`, 'g')

/**
 * SQL without values: texts become `'…'`, numbers `…`, comments are removed, lists of values become one and
 * the rest; on one line. The same statement with other values reads the same.
 */
export const withoutValues = memoise((sql) =>
  replaced(sql, withoutValue).replace(/\s+/g, ' ').trim().replace(LIST, '$1, …'),
)

function withoutValue({ kind, text }: Token): string {
  if (isComment(kind, text)) return ' '
  if (kind === 'number') return '…'
  const isText = kind === 'string' || (kind === 'unended' && !/^(?:u&)?"/i.test(text))
  if (!isText) return text
  return /^u&/i.test(text) ? `${text.slice(0, 2)}'…'` : "'…'"
}

/** The same, cut at 400 characters. */
export function normalisedSql(sql: string): string {
  const bare = withoutValues(sql)
  return bare.length > LONGEST ? `${bare.slice(0, LONGEST)} …` : bare
}
