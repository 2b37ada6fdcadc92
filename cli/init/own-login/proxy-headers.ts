import { bindingOf } from '../../../reading/syntax/binding.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'

/** A header of a proxy that an app reads. */
export interface ProxyHeader {
  /** as the app writes it */
  name: string
  at: string
}

/** What proxies that log users in put on each request. */
const OF_A_PROXY =
  /^(?:remote-(?:user|email|name|groups)|x-(?:remote|webauth|forwarded|auth-request|authentik|token)-(?:user|username|email|name|groups|roles|preferred-username)|cf-access-(?:authenticated-user-email|jwt-assertion)|x-goog-(?:authenticated-user-(?:email|id)|iap-jwt-assertion)|x-ms-client-principal(?:-name|-id)?|tailscale-user-(?:login|name)|x-amzn-oidc-(?:identity|data))$/i
/** Those that say more of a user, or prove one by a signature that the app itself has to verify. */
const NO_NAME =
  /(?:-groups|-roles|-assertion|-data|-principal)$|^(?:remote|x-authentik|tailscale-user)-name$/i

/** Whether a header names a user in one plain value. */
export const namesUser = (header: string): boolean => OF_A_PROXY.test(header) && !NO_NAME.test(header)

/** Each header of a proxy that the sources read, once, with the first place. */
export function proxyHeadersIn(sources: readonly Source[]): ProxyHeader[] {
  const found = new Map<string, ProxyHeader>()
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      for (const name of headersReadAt(node, parents)) {
        const key = name.toLowerCase()
        if (OF_A_PROXY.test(name) && !found.has(key)) found.set(key, { name, at: locate(file, node) })
      }
    })
  return [...found.values()]
}

/** The headers that a node reads: `req.get('Remote-User')`, `req.headers['remote-user']`, `const { … } = req.headers`. */
function headersReadAt(node: Node, parents: readonly Node[]): string[] {
  const member = isCall(node) ? calledMember(node) : null
  if (member && /^(?:get|header)$/.test(member.name))
    return textsOf(children(node, 'arguments')[0] ?? null, parents)
  if (isHeaders(child(node, 'object'))) return textsOf(child(node, 'property'), parents)
  if (node.type === 'VariableDeclarator' && isHeaders(child(node, 'init')))
    return children(child(node, 'id'), 'properties').flatMap((one) => textOf(child(one, 'key')) ?? [])
  return []
}

const isHeaders = (node: Node | null) => /^headers(?:Distinct)?$/.test(nameOf(child(node, 'property')) ?? '')

/** The texts that a value may be: itself, a constant, and the default of a variable of the environment. */
function textsOf(node: Node | null, parents: readonly Node[], depth = 0): string[] {
  const text = textOf(node)
  if (text !== null || !node || depth > 4) return text === null ? [] : [text]
  const again = (one: Node | null) => textsOf(one, parents, depth + 1)
  if (node.type === 'LogicalExpression')
    return [...again(child(node, 'left')), ...again(child(node, 'right'))]
  const member = isCall(node) ? calledMember(node) : null
  if (member?.name === 'toLowerCase') return again(member.of)
  return node.type === 'Identifier' ? again(bindingOf(nameOf(node)!, parents)?.init ?? null) : []
}
