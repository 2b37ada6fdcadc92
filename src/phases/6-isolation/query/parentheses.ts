import { ScopeError } from '../../../core/scope-error.js'
import { isRaw, type Raw, type Statement } from './knex-internals.js'

/** What parentheses mean nothing in: strings, quoted names, dollar quotes, comments. */
const OPAQUE =
  /\be'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//gis
/** What is left of one that does not end. */
const UNENDED = /['"]|--|\/\*/

/**
 * Raw conditions stand in parentheses before the predicate. Text that closes one it did not open,
 * `1=1) or (1=1`, would step out of them and read everybody's rows. One condition may open what a later one
 * closes.
 * @throws ScopeError raw_refused
 */
export function refuseEscape(conditions: readonly Statement[]): void {
  let open = 0
  for (const { column, operator, value } of conditions) {
    if (typeof column === 'string' && !isRaw(operator) && (typeof value !== 'object' || value === null))
      continue
    for (const part of [column, operator, ...(Array.isArray(value) ? value : [value])]) {
      if (!isRaw(part)) continue
      const depth = depthOf(String(part.sql), open)
      if (depth === null || !nested(part).every(isBalanced)) throw refused()
      open = depth
    }
  }
  if (open !== 0) throw refused()
}

/** Raw text can be a value of raw text. */
function nested({ bindings }: Raw): Raw[] {
  return typeof bindings === 'object' && bindings !== null ? Object.values(bindings).filter(isRaw) : []
}

function isBalanced(raw: Raw): boolean {
  return depthOf(String(raw.sql), 0) === 0 && nested(raw).every(isBalanced)
}

/** How many parentheses are open after the text; null when it closes one too many, or cannot be read. */
function depthOf(sql: string, before: number): number | null {
  if (!/[()'"\-/$]/.test(sql)) return before
  // A line comment hides what follows it; at the very end that is our own parenthesis.
  if (/--[^\n]*$/.test(sql.replace(/'(?:''|[^'])*'/g, ''))) return null
  const text = sql.replace(OPAQUE, ' ')
  if (UNENDED.test(text)) return null
  let open = before
  for (const mark of text.match(/[()]/g) ?? []) {
    open += mark === '(' ? 1 : -1
    if (open < 0) return null
  }
  return open
}

function refused(): ScopeError {
  return new ScopeError(
    'raw_refused',
    'a raw condition must close the parentheses, quotes and comments it opens, and no others: ' +
      'as it stands it would reach rows of other users',
  )
}
