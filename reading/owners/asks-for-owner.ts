import type { OwnerNames } from './owner-names.js'

const COLUMN = String.raw`(?:[a-z_]\w*\.)?"?[a-z_]\w*"?`
/** Clauses in which a column does not narrow the rows: it is only selected, returned, sorted or grouped. */
const SHOWN = [
  /\bselect\b(?:(?!\bselect\b)[^;])*?\bfrom\b/gi,
  /\breturning\b[^;)]*/gi,
  /\b(?:order|group)\s+by\b(?:(?!\bhaving\b|\bunion\b)[^;)])*/gi,
]
/** `n.user_id = u.id`: compares two columns, for no particular owner. */
const BETWEEN_COLUMNS = new RegExp(
  `\\b${COLUMN}\\s*=\\s*(?!any\\b|all\\b|coalesce\\b|current_|true\\b|null\\b)${COLUMN}(?![\\w(])`,
  'gi',
)

/**
 * Returns whether a statement selects rows by their owner: it names an owner column outside of the selected
 * columns, and not only to join two tables by it.
 */
export function asksForOwner(sql: string, names: OwnerNames): boolean {
  const narrowing = SHOWN.reduce((text, shown) => text.replace(shown, ' from '), sql).replace(
    BETWEEN_COLUMNS,
    ' ',
  )
  return narrowing.split(/[^\w]+/).some((word) => names.isOwner(word))
}
