import { ScopeError } from '../../../../core/scope-error.js'
import { tokensOf } from '../../../../sql/tokens.js'
import { isRaw, type KnexStatement, type Raw } from '../knex/knex-internals.js'
import { filledIn } from './raw-text.js'

/**
 * Refuses raw conditions that leave their parentheses. They are written in parentheses before the predicate.
 * A text that closes one it did not open, `1=1) or (1=1`, would escape and read other users' rows. One
 * condition may open what a later one closes.
 * @throws ScopeError raw_refused
 */
export function refuseEscape(conditions: readonly KnexStatement[]): void {
  let open = 0
  for (const { column, operator, value } of conditions) {
    if (typeof column === 'string' && !isRaw(operator) && (typeof value !== 'object' || value === null))
      continue
    for (const part of [column, operator, ...(Array.isArray(value) ? value : [value])]) {
      if (!isRaw(part)) continue
      const depth = depthOf(filledIn(part), open)
      if (depth === null || !nested(part).every(isBalanced)) throw refused()
      open = depth
    }
  }
  if (open !== 0) throw refused()
}

/** Raw text can be a binding of raw text. */
function nested({ bindings }: Raw): Raw[] {
  return typeof bindings === 'object' && bindings !== null ? Object.values(bindings).filter(isRaw) : []
}

function isBalanced(raw: Raw): boolean {
  return depthOf(filledIn(raw), 0) === 0 && nested(raw).every(isBalanced)
}

/** Returns how many parentheses are open after the text; null when it is not well formed. */
function depthOf(sql: string, before: number): number | null {
  if (!/[()'"\-/$]/.test(sql)) return before
  let open = before
  for (const { kind, text, end } of tokensOf(sql)) {
    // A line comment hides what follows it; at the very end that is this layer's own parenthesis.
    if (kind === 'unended' || (text.startsWith('--') && end === sql.length)) return null
    if (text === '(') open++
    if (text === ')') open--
    if (open < 0) return null
  }
  return open
}

function refused(): ScopeError {
  return new ScopeError(
    'raw_refused',
    'a raw condition must close the parentheses, quotes and comments it opens, and no others: ' +
      'as written, it would reach rows of other users',
  )
}
