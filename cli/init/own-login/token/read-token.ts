import type { Source } from '../../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf } from '../../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../../reading/syntax/tree.js'
import { headerRead } from '../../reading/environment.js'
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
  const headers = [...new Set(verified.flatMap(({ source }) => headersRead(source)))]
  return {
    at,
    store: {
      kind: 'token',
      name: `a token by ${by}`,
      at,
      table: null,
      makesTable: false,
      headers,
    },
    users: users.filter(({ key, member, claim }, n) =>
      users.slice(0, n).every((one) => one.key !== key || one.member !== member || one.claim !== claim),
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
    const holder = parents.find(({ type }) => !/^(?:Await|TS\w+|Parenthesized)Expression$/.test(type))
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
    const at = locate(file, node)
    if (member !== undefined) found.push({ of: 'request', key, member, at })
    // `req.user = payload.user`
    const isOne = value?.type === 'MemberExpression' && claims.has(nameOf(child(value, 'object')) ?? '')
    const claim = isOne && !value.computed ? nameOf(child(value, 'property')) : null
    if (member === undefined && claim && KEPT.test(key))
      found.push({ of: 'request', key, member: 'claim', claim, at })
  })
  return found
}

/** Headers that hold no token of a login, or hold it in the usual way. */
const OTHER_HEADERS =
  /^(?:authorization|cookie|host|origin|referer|user-agent|accept.*|content-.*|x-forwarded-.*)$/

/** The headers that a file reads: `req.header('token')`, `req.get('x-token')`, `req.headers['x-access-token']`. */
function headersRead({ tree }: Source): string[] {
  const found = new Set<string>()
  traverse(tree, (node) => {
    if (isCall(node) ? !isOfRequest(node) : node.type !== 'MemberExpression') return
    // `req.headers[name]`
    if (node.computed && child(node, 'property')?.type === 'Identifier') return
    const name = headerRead(node)
    if (name && !OTHER_HEADERS.test(name.toLowerCase())) found.add(name.toLowerCase())
  })
  return [...found]
}

const isOfRequest = (call: Node) => /^req(?:uest)?$/.test(nameOf(calledMember(call)?.of ?? null) ?? '')
