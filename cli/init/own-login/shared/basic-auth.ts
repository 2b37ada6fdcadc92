import type { Source } from '../../../../reading/syntax/sources.js'
import { isCall, nameOf, propertiesOf, templateOf, textOf } from '../../../../reading/syntax/syntax.js'
import { children, type Node } from '../../../../reading/syntax/tree.js'
import { loginCalled } from '../../reading/own-login.js'

const HEADER = /^www-authenticate$/i

/**
 * Whether a node asks a browser for a password: the call of express-basic-auth, a realm, or the header WWW-Authenticate with the
 * scheme alone. The word `basic` elsewhere is a plan, a layout or a class.
 */
export function asksForBasicAuth(node: Node, source: Source): boolean {
  if (/^Basic realm\b/i.test(templateOf(node) ?? '')) return true
  if (propertiesOf(node).some(({ key, value }) => HEADER.test(key) && isScheme(value))) return true
  if (!isCall(node)) return false
  const [name, value] = children(node, 'arguments')
  if (HEADER.test(textOf(name ?? null) ?? '') && isScheme(value ?? null)) return true
  return loginCalled(node, source) === 'express-basic-auth'
}

const isScheme = (value: Node | null) => /^Basic$/i.test(nameOf(value) ?? '')
