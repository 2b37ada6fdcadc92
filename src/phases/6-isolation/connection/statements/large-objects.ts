import type { Acting } from '../../../../core/context.js'
import { ScopeError } from '../../../../core/scope-error.js'
import { LARGE_OBJECT_FUNCTIONS } from '../../../../database/large-objects.js'
import { isWord, nameOf } from '../../../../sql/meaning.js'
import type { Token } from '../../../../sql/tokens.js'
import type { ConnectionPolicy } from '../policy.js'

const NAMES = new Set(LARGE_OBJECT_FUNCTIONS)
const MAY_NAME = /lo_|loread|lowrite|u&/i
const IN_BODY = new RegExp(`\\b(${LARGE_OBJECT_FUNCTIONS.join('|')})"?\\s*\\(`, 'i')

/**
 * Returns the function of large objects that a text calls by name; null if it sees none. The bodies of DO
 * blocks and of created functions are searched too.
 *
 * @param tokens those of the text, without its comments
 */
export function largeObjectCall(text: string, tokens: readonly Token[]): string | null {
  if (!MAY_NAME.test(text)) return null
  for (const [at, token] of tokens.entries()) {
    const name = nameOf(token)
    const next = tokens[at + 1]
    if (name !== null && next?.text === '(' && NAMES.has(name)) return name
    // An escaped name may be any of them.
    if (token.kind === 'name' && /^u&/i.test(token.text) && (next?.text === '(' || isWord(next, 'uescape')))
      return token.text
  }
  const makesCode = tokens.some(
    (token, at) => isWord(token, 'do', 'create') && (at === 0 || tokens[at - 1]?.text === ';'),
  )
  if (!makesCode) return null
  for (const { kind, text: body } of tokens) {
    const called = kind === 'string' ? IN_BODY.exec(body)?.[1] : undefined
    if (called) return called
  }
  return null
}

/**
 * Large objects have no policies: a role that may call their functions reaches those of every user.
 *
 * @throws ScopeError `large_object_refused`
 */
export function refuseLargeObjects(
  { requestRole, largeObjects }: ConnectionPolicy,
  who: Acting | null,
  called: string | null,
): void {
  if (called === null || requestRole === null || who?.kind === 'system' || largeObjects === 'allowed') return
  throw new ScopeError(
    'large_object_refused',
    `A request may not call ${called}: all requests share one role, so each user would reach the large objects of every other. Keep the content in a bytea column, or call ${called} in a function that was bound to asSystem(reason, work) outside every request; docs/explanation/connection-layer.md shows how. An app whose large objects are for everybody sets dangerouslyAllowLargeObjects.`,
  )
}
