import type { Source } from '../../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf } from '../../../../reading/syntax/syntax.js'
import { child, children, locate, traverse } from '../../../../reading/syntax/tree.js'
import { loginCalled } from '../../reading/own-login.js'
import type { SessionStore } from '../read-store.js'
import { memberOf, type NamedBy, unwrapped } from '../read-user.js'

const VERIFIES = /^(?:jsonwebtoken|jose)$/
/** What a request may keep of a verified token. */
const KEPT = /^(?:user|auth|account|person|member|currentUser|token|payload|decoded|jwt)$/i

/** Where the app verifies tokens of its own, with what it puts on the request; null: it does not. */
export function findTokens(
  sources: readonly Source[],
): { at: string; store: SessionStore; users: NamedBy[] } | null {
  const verified = sources.flatMap((source) => verifiedIn(source) ?? [])
  const [first] = verified
  if (!first) return null
  const { at, by } = first
  const users = verified.flatMap(({ source, claims }) => usersOnRequest(source, claims))
  return {
    at,
    store: { kind: 'token', name: `a token by ${by}`, at, table: null, makesTable: false, prunes: false },
    users: users.filter(({ key, member }, n) =>
      users.slice(0, n).every((one) => one.key !== key || one.member !== member),
    ),
  }
}

/** The first call that verifies a token, and the names that hold its claims. */
function verifiedIn(source: Source) {
  let found: { at: string; by: string } | null = null
  const claims = new Set<string>()
  traverse(source.tree, (node, parents) => {
    const by = loginCalled(node, source)
    if (!by || !VERIFIES.test(by)) return
    found ??= { at: locate(source.file, node), by }
    const holder = parents.find(({ type }) => type !== 'AwaitExpression')
    const id = holder?.type === 'VariableDeclarator' ? nameOf(child(holder, 'id')) : null
    const callback = children(node, 'arguments').at(-1)
    const given = callback && /Function/.test(callback.type) ? children(callback, 'params')[1] : null
    for (const name of [id, nameOf(given ?? null)]) if (name) claims.add(name)
  })
  return found === null ? null : { ...(found as { at: string; by: string }), source, claims }
}

/** Each member of the request that is set to a user, to their id, or to the claims of their token. */
function usersOnRequest({ file, tree, imports }: Source, claims: ReadonlySet<string>): NamedBy[] {
  const found: NamedBy[] = []
  traverse(tree, (node) => {
    if (node.type !== 'AssignmentExpression') return
    const left = unwrapped(child(node, 'left'))
    const key = left?.computed ? null : nameOf(child(left, 'property'))
    const of = nameOf(unwrapped(child(left, 'object')))
    if (!key || !of || !/^req(?:uest)?$/.test(of)) return
    const value = unwrapped(child(node, 'right'))
    const isClaims =
      (value?.type === 'Identifier' && claims.has(nameOf(value)!)) ||
      (value !== null && isCall(value) && VERIFIES.test(loginCalled(value, { imports }) ?? '')) ||
      (value !== null && isCall(value) && calledMember(value)?.name === 'verify')
    const member = isClaims && KEPT.test(key) ? 'claim' : memberOf(key, value)
    if (member !== undefined) found.push({ of: 'request', key, member, at: locate(file, node) })
  })
  return found
}
