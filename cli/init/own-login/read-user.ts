import type { Source } from '../../../reading/syntax/sources.js'
import { isCall, isMemberAccess, nameOf, propertiesOf } from '../../../reading/syntax/syntax.js'
import { child, locate, type Node, traverse } from '../../../reading/syntax/tree.js'

/** What of a request names its user: `req.session?.userId`, `req.session?.user?.id`, `req.user?.id`, `req.userId`. */
export interface NamedBy {
  of: 'session' | 'passport' | 'request'
  /** the member of the session or of the request; with passport `user` */
  key: string
  /** the member of what is kept there; `key of users`: that of the row's key; `claim`: the claim of the token that holds the id, which a login shows; null: it is the id itself */
  member: string | 'key of users' | 'claim' | null
  /** with `claim`: what is kept is one claim of the token, which is the id or holds it; absent: it is all claims */
  claim?: string
  at: string
}

const ID = /(?:^|_|[a-z])id$/i
const KEPT_USER = /^(?:user|account|person|member|currentUser|loggedInUser)$/i
const UNWRAPPED = /^(?:TSAsExpression|TSNonNullExpression|AwaitExpression|ParenthesizedExpression)$/

/** Each member of the session that is set to a user, or to a user's id. */
export function usersInSession(sources: readonly Source[]): NamedBy[] {
  const found = new Map<string, NamedBy>()
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      if (node.type !== 'AssignmentExpression') return
      const left = unwrapped(child(node, 'left'))
      const key = left?.computed ? null : nameOf(child(left, 'property'))
      if (!key || !isSession(unwrapped(child(left, 'object')))) return
      const member = memberOf(key, unwrapped(child(node, 'right')))
      if (member === undefined) return
      const one: NamedBy = { of: 'session', key, member, at: locate(file, node) }
      if (!found.has(expressionOf(one, ''))) found.set(expressionOf(one, ''), one)
    })
  return [...found.values()]
}

/** As `auth.user` has it. @param usersKey the key of the table of users */
export function expressionOf({ of, key, member }: NamedBy, usersKey: string): string {
  const from = of === 'session' ? `req.session?.${key}` : `req.${key}`
  return member === null ? from : `${from}?.${member === 'key of users' ? usersKey : member}`
}

/** The same as a function. */
export function userBy({ of, key, member }: NamedBy, usersKey: string) {
  return (req: Record<string, unknown>): number | string | null => {
    const kept = of === 'session' ? (req.session as Record<string, unknown> | undefined)?.[key] : req[key]
    const name = member === 'key of users' ? usersKey : member
    const id = name === null ? kept : (kept as Record<string, unknown> | undefined)?.[name]
    return (id as number | string | undefined) ?? null
  }
}

/** Which member of what is kept is the id; null: it is the id itself; undefined: it names no user. */
export function memberOf(key: string, value: Node | null): NamedBy['member'] | undefined {
  if (!value || /^(?:NullLiteral|BooleanLiteral|NumericLiteral)$/.test(value.type)) return undefined
  if (nameOf(value) === 'undefined') return undefined
  if (ID.test(key) && key.toLowerCase() !== 'id') return isOfUser(key) ? null : undefined
  if (value.type === 'ObjectExpression') {
    const id = propertiesOf(value).find((one) => /^(?:id|user_?id)$/i.test(one.key))
    return id && KEPT_USER.test(key) ? id.key : undefined
  }
  if (!KEPT_USER.test(key)) return undefined
  const name = value.type === 'Identifier' ? nameOf(value) : nameOf(child(value, 'property'))
  if (name && ID.test(name)) return null
  // A name or an address does not name the row.
  if (isMemberAccess(value) && !value.computed) return undefined
  return isCall(value) || value.type === 'StringLiteral' ? undefined : 'key of users'
}

/** `cartId` and `csrfId` are not a user's. */
const isOfUser = (key: string) =>
  /^(?:user|usr|account|person|people|member|customer|auth|login|owner|logged_?in_?user|current_?user|u)_?id$/i.test(
    key,
  ) || key.toLowerCase() === 'uid'

/** `req.session`, `request.session`, `session`. */
function isSession(node: Node | null): boolean {
  if (node?.type === 'Identifier') return nameOf(node) === 'session'
  return isMemberAccess(node) && nameOf(child(node, 'property')) === 'session'
}

export const unwrapped = (node: Node | null): Node | null =>
  node && UNWRAPPED.test(node.type) ? unwrapped(child(node, 'expression') ?? child(node, 'argument')) : node
