import { ScopeError } from '../../../../core/scope-error.js'
import { tokensOf } from '../../../../sql/tokens.js'
import { isRaw, type KnexStatement, type Raw } from '../knex/knex-internals.js'
import { filledIn } from './raw-text.js'

/**
 * Raw conditions stand in parentheses before the predicate. Text that closes one it did not open,
 * `1=1) or (1=1`, would step out of them and read everybody's rows. One condition may open what a later one
 * closes.
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

/** Raw text can be a value of raw text. */
function nested({ bindings }: Raw): Raw[] {
  return typeof bindings === 'object' && bindings !== null ? Object.values(bindings).filter(isRaw) : []
}

function isBalanced(raw: Raw): boolean {
  return depthOf(filledIn(raw), 0) === 0 && nested(raw).every(isBalanced)
}

/** How many parentheses are open after the text; null when it closes one too many, or something does not end. */
function depthOf(sql: string, before: number): number | null {
  if (!/[()'"\-/$]/.test(sql)) return before
  let open = before
  for (const { kind, text, end } of tokensOf(sql)) {
    // A line comment hides what follows it; at the very end that is our own parenthesis.
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
      'as it stands it would reach rows of other users',
  )
}
