import type { OwnerNames } from './owner-names.js'

const COLUMN = String.raw`(?:[a-z_]\w*\.)?"?[a-z_]\w*"?`
/** Columns that are only shown, or set: they narrow nothing. */
const SHOWN = [
  /\bselect\b(?:(?!\bselect\b)[^;])*?\bfrom\b/gi,
  /\breturning\b[^;)]*/gi,
  /\b(?:order|group)\s+by\b(?:(?!\bhaving\b|\bunion\b)[^;)])*/gi,
]
/** `n.user_id = u.id`: two columns, of whomever. */
const BETWEEN_COLUMNS = new RegExp(
  `\\b${COLUMN}\\s*=\\s*(?!any\\b|all\\b|coalesce\\b|current_|true\\b|null\\b)${COLUMN}(?![\\w(])`,
  'gi',
)

/**
 * Whether a statement asks for rows of an owner: names one outside of what it shows, and not only to join two
 * tables by it.
 */
export function asksForOwner(sql: string, names: OwnerNames): boolean {
  const asked = SHOWN.reduce((text, shown) => text.replace(shown, ' from '), sql).replace(
    BETWEEN_COLUMNS,
    ' ',
  )
  return asked.split(/[^\w]+/).some((word) => names.isOwner(word))
}
