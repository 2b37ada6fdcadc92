import { isWord } from '../../../../sql/meaning.js'
import type { Token } from '../../../../sql/tokens.js'

/** What a text may leave on its connection: settings, or objects, which contain rows. */
export type Leaves = 'settings' | 'objects' | null

/** Returns what a text may leave on its connection. What functions and DO blocks set is not detected. */
export function leftBy(tokens: readonly Token[]): Leaves {
  let first: Token | undefined
  let left: Leaves = null
  for (const [at, token] of tokens.entries()) {
    const [before, after] = [tokens[at - 1], tokens[at + 1]]
    if (before === undefined || before.text === ';') first = token
    if (
      (isWord(token, 'hold') && isWord(first, 'declare')) ||
      (isWord(token, 'temp', 'temporary') && (isWord(first, 'create') || isWord(before, 'into'))) ||
      isWord(token, 'pg_temp')
    )
      return 'objects'
    if (
      (first === token && isSetting(token, after)) ||
      (isWord(token, 'set_config') && after?.text === '(' && !isLocal(tokens, at + 2))
    )
      left = 'settings'
  }
  return left
}

const isSetting = (token: Token, after: Token | undefined) =>
  isWord(token, 'set')
    ? !isWord(after, 'local', 'transaction', 'constraints')
    : isWord(token, 'reset', 'discard')

/** `set_config(name, value, true)` lasts for its transaction. */
function isLocal(tokens: readonly Token[], from: number): boolean {
  let depth = 0
  let commas = 0
  for (let at = from; at < tokens.length; at++) {
    const { text } = tokens[at]!
    if (text === ')' && depth-- === 0) return false
    if (text === '(') depth++
    if (text === ',' && depth === 0 && ++commas === 2)
      return isWord(tokens[at + 1], 'true') && tokens[at + 2]?.text === ')'
  }
  return false
}
