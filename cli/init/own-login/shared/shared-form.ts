import { routesInSource, type SourceRoute } from '../../../../reading/routes/routes-in-source.js'
import type { Source } from '../../../../reading/syntax/sources.js'
import { calledMember, isCall, isMemberAccess, nameOf, textOf } from '../../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../../reading/syntax/tree.js'
import { bodyFieldsIn, functionsNamed } from '../../reading/body-fields.js'
import { unwrapped, usersInSession } from '../read-user.js'
import { linesOf, mountedWhere, type SharedPassword } from './mounted-guard.js'

/** What a login leaves with the browser: `req.session.loggedIn = true`, `res.cookie('auth', …)`. */
interface Mark {
  of: 'session' | 'cookie'
  key: string
}

const PASSWORD = /pass|pwd|secret|^pin$/i
const EQUALS = /^[!=]==?$/
const COMPARES = /^(?:timingSafeEqual|safeCompare|compare|equals)$/
const COOKIES = /^(?:signedC|c)ookies$/

/**
 * Finds a form with one password for everybody: a POST route compares a field with a text or a variable of the environment,
 * and marks the session or sets a cookie. null: the app has no such form, or its sessions name users.
 */
export function findSharedForm(sources: readonly Source[]): SharedPassword | null {
  if (usersInSession(sources).length > 0) return null
  const routes = routesInSource(sources)
  for (const route of routes) {
    const mark = route.method === 'POST' ? markOf(route, sources) : null
    if (!mark) continue
    const { mounted } = mountedWhere(sources, (node) => isRead(node, mark))
    const belongs = routes.filter(
      ({ path, at }) => at === route.at || path === route.path || /log-?out|sign-?out/i.test(path),
    )
    const lines = [...mounted, ...belongs.flatMap((one) => statementOf(one, sources))]
    return { at: route.at, how: `a form, POST ${route.path}`, mounted: lines }
  }
  return null
}

/** What a route leaves with the browser after it compared a password that is the same for everybody. */
function markOf({ handlers, file }: SourceRoute, sources: readonly Source[]): Mark | null {
  const source = sources.find((one) => one.file === file)
  if (!source) return null
  const fields = bodyFieldsIn(handlers, sources, source).filter((name) => PASSWORD.test(name))
  let compares = false
  let mark: Mark | null = null
  for (const handler of handlers.flatMap((one) => functionsOf(one, sources)))
    traverse(handler, (node) => {
      const sides = comparedIn(node)
      if (sides.some((one) => reads(one, fields)) && sides.some((one) => isShared(one, source)))
        compares = true
      mark ??= markIn(node)
    })
  return compares ? mark : null
}

/** A handler, and the functions that it names. */
function functionsOf(handler: Node, sources: readonly Source[]): Node[] {
  const name = nameOf(handler) ?? nameOf(child(handler, 'property'))
  return [handler, ...(name ? functionsNamed(name, sources) : [])]
}

/** The two sides of a comparison; empty: the node is not one. */
function comparedIn(node: Node): Node[] {
  const sides =
    node.type === 'BinaryExpression' && EQUALS.test(String(node.operator))
      ? [child(node, 'left'), child(node, 'right')]
      : isCall(node) && COMPARES.test(calledMember(node)?.name ?? nameOf(child(node, 'callee')) ?? '')
        ? children(node, 'arguments')
        : []
  return sides.filter((side) => side !== null)
}

/** Whether a side reads one of these fields of the body. */
function reads(side: Node, fields: readonly string[]): boolean {
  let found = false
  traverse(side, (node) => {
    const name = node.type === 'Identifier' ? nameOf(node) : null
    if (name !== null && fields.includes(name)) found = true
  })
  return found
}

/** A text, a variable of the environment, or a name that stands for one of them. */
function isShared(side: Node, { tree }: Source): boolean {
  if (isFixed(side)) return true
  let found = false
  const names = new Set<string>()
  traverse(side, (node) => {
    if (node.type === 'Identifier') names.add(nameOf(node)!)
  })
  traverse(tree, (node) => {
    if (node.type !== 'VariableDeclarator' || !names.has(nameOf(child(node, 'id')) ?? '')) return
    const made = child(node, 'init')
    if (made && isFixed(made)) found = true
  })
  return found
}

function isFixed(given: Node): boolean {
  if (textOf(given)) return true
  let found = false
  traverse(given, (node) => {
    if (node.type === 'MemberExpression' && nameOf(child(node, 'property')) === 'env')
      found ||= nameOf(child(node, 'object')) === 'process'
  })
  return found
}

function markIn(node: Node): Mark | null {
  if (node.type === 'AssignmentExpression') {
    const left = unwrapped(child(node, 'left'))
    const key = nameOf(child(left, 'property'))
    const isSet = !/^(?:NullLiteral|Identifier)$/.test(child(node, 'right')?.type ?? '')
    if (key && isSet && isNamed(unwrapped(child(left, 'object')), /^session$/)) return { of: 'session', key }
  }
  if (!isCall(node) || calledMember(node)?.name !== 'cookie') return null
  const key = textOf(children(node, 'arguments')[0] ?? null)
  return key ? { of: 'cookie', key } : null
}

const isNamed = (node: Node | null, name: RegExp) =>
  isMemberAccess(node) && name.test(nameOf(child(node, 'property')) ?? '')

/** Whether a node reads the mark, other than to set it. */
function isRead(node: Node, { of, key }: Mark): boolean {
  if (!isMemberAccess(node) || nameOf(child(node, 'property')) !== key) return false
  return isNamed(unwrapped(child(node, 'object')), of === 'session' ? /^session$/ : COOKIES)
}

/** The lines of the statement that declares a route. */
function statementOf({ at, file }: SourceRoute, sources: readonly Source[]): SharedPassword['mounted'] {
  const found: SharedPassword['mounted'] = []
  for (const source of sources)
    if (source.file === file)
      traverse(source.tree, (node) => {
        if (node.type === 'ExpressionStatement' && locate(file, node) === at) found.push(linesOf(file, node))
      })
  return found
}
