import { isWord, meaningOf, nameOf } from '../../../../sql/meaning.js'
import type { Token } from '../../../../sql/tokens.js'

/** What a text may leave on its connection: settings, or objects, which contain rows. */
export type Leaves = 'settings' | 'objects' | null

/** `create or replace local temp view`, `select … into temp t`; EXPLAIN ANALYZE may precede both. */
const BEFORE_TEMP = ['create', 'replace', 'local', 'global', 'into']
/** The schema of temporary tables, with quotes or without; the second is its own name. */
const TEMP_SCHEMA = /^pg_temp(?:_\d+)?$/
/** What may come between `temp` and the name. */
const BESIDE_NAME = ['table', 'view', 'recursive', 'sequence', 'if', 'not', 'exists']

/** Returns what a text may leave on its connection. What functions and DO blocks set is not detected. */
export function leftBy(tokens: readonly Token[]): Leaves {
  let first: Token | undefined
  let left: Leaves = null
  for (const [at, token] of tokens.entries()) {
    const [before, after] = [tokens[at - 1], tokens[at + 1]]
    if (before === undefined || before.text === ';') first = token
    if (
      (isWord(token, 'hold') && isWord(first, 'declare')) ||
      (isWord(token, 'temp', 'temporary') && isWord(before, ...BEFORE_TEMP)) ||
      TEMP_SCHEMA.test(nameOf(token) ?? '')
    )
      return 'objects'
    if (
      (first === token && isSetting(token, after)) ||
      (nameOf(token) === 'set_config' && after?.text === '(' && !isLocal(tokens, at + 2))
    )
      left = 'settings'
  }
  return left
}

/** The names of the temporary tables and views that a text makes, as far as it says `temp`, or `pg_temp`. */
export function temporaryNames(text: string): string[] {
  const tokens = meaningOf(text)
  return tokens.flatMap((token, at) => {
    const isMade =
      (isWord(token, 'temp', 'temporary') && isWord(tokens[at - 1], ...BEFORE_TEMP)) ||
      (TEMP_SCHEMA.test(nameOf(token) ?? '') && tokens[at + 1]?.text === '.')
    const name =
      isMade && tokens.slice(at + 1).find((one) => nameOf(one) !== null && !isWord(one, ...BESIDE_NAME))
    return name ? [nameOf(name)!] : []
  })
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
