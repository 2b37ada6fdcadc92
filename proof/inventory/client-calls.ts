import { isDeclaredAs } from '../../reading/syntax/declared.js'
import type { Source } from '../../reading/syntax/sources.js'
import {
  calledMember,
  isCall,
  nameOf,
  propertiesOf,
  templateOf,
  textOf,
} from '../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../reading/syntax/tree.js'
import type { Route } from '../gate/gate.js'

/** A request that the browser code sends. */
export interface ClientCall {
  method: string
  /** as sent, with `:x` in place of each inserted value */
  path: string
  /** file:line */
  at: string
  /** the route that answers, `GET /api/threads/:id`; null: the app has none */
  route: string | null
}

/** A link or form, with the request that a browser sends for it. */
export interface Offer {
  method: string
  path: string
  at: string
}

const VERBS = /^(get|post|put|patch|delete|head)$/
const JQUERY = /^(\$|jQuery)$/

/**
 * Finds the calls of `fetch`, axios (including an instance made with `baseURL`), jQuery and XMLHttpRequest,
 * and the links and forms of the browser code. A path that is computed elsewhere is not found.
 */
export function findClientCalls(sources: readonly Source[], routes: readonly Route[]): ClientCall[] {
  const base = baseUrl(sources)
  return sources.flatMap(({ file, tree }) => {
    const found: ClientCall[] = []
    const add = (node: Node, method: string, address: string | null, always: boolean, below = '') => {
      const path = withoutQuery(address)
      if (!path?.startsWith('/') || path.startsWith('//')) return
      const whole = join(below, path)
      const route = routeOf(method, whole, routes)
      if (always || route) found.push({ method, path: whole, at: locate(file, node), route })
    }
    traverse(tree, (node) => {
      const offer = offerOf(node)
      if (offer) found.push(...offeredCalls([{ ...offer, at: locate(file, node) }], routes))
      if (!isCall(node)) return
      const [first = null, second = null] = children(node, 'arguments')
      const member = calledMember(node)
      const of = member && nameOf(member.of)
      const callee = nameOf(child(node, 'callee')) ?? (member?.name === 'fetch' ? 'fetch' : null)
      const below = of === 'axios' || callee === 'axios' ? '' : base
      if (callee === 'fetch') add(node, methodOf(second), addressOf(first), true)
      else if (callee === 'axios' || (member && /^(ajax|request)$/.test(member.name))) {
        const isJQuery = JQUERY.test(of ?? '')
        const options = propertiesOf(first).length ? first : second
        add(
          node,
          methodOf(options),
          addressOf(first) ?? addressOf(optionOf(options, 'url')),
          isJQuery,
          isJQuery ? '' : below,
        )
      } else if (member && JQUERY.test(of ?? '') && /^(get|post|getJSON|getScript)$/.test(member.name))
        add(node, member.name === 'post' ? 'POST' : 'GET', addressOf(first), true)
      else if (member?.name === 'open' && VERBS.test((textOf(first) ?? '').toLowerCase()))
        add(node, textOf(first)!.toUpperCase(), addressOf(second), true)
      // `$('#list').load('/notes')`
      else if (member?.name === 'load' && isCall(member.of))
        add(node, 'GET', addressOf(first)?.split(' ', 1)[0] ?? null, false)
      else if (member && VERBS.test(member.name))
        add(node, member.name.toUpperCase(), addressOf(first), base !== '', below)
    })
    return found
  })
}

/** Returns the links and forms that lead to a route of the app. Others lead to files. */
export function offeredCalls(offers: readonly Offer[], routes: readonly Route[]): ClientCall[] {
  return offers.flatMap(({ method, path, at }) => {
    const asked = withoutQuery(path)!
    const sent = method.toUpperCase()
    // A form can send only two methods. The app may take another from the query (method-override).
    const meant = /[?&]_method=(\w+)/.exec(path)?.[1]?.toUpperCase()
    const [call] = [meant, sent].flatMap((one) => {
      const route = one ? routeOf(one, asked, routes) : null
      return route ? [{ method: one!, path: asked, at, route }] : []
    })
    return call ? [call] : []
  })
}

/** Returns the text of a string, template or sum that begins with a string; inserted values become `:x`. */
export function addressOf(node: Node | null): string | null {
  if (node?.type !== 'BinaryExpression' || node.operator !== '+') return templateOf(node)
  const first = addressOf(child(node, 'left'))
  return first === null ? null : first + (addressOf(child(node, 'right')) ?? ':x')
}

/**
 * Finds the pages that a router of the browser code declares: `<Route path="/queue">`, `{ path: '/queue',
 * element: … }`.
 */
export function findClientPages(sources: readonly Source[]): { path: string; at: string }[] {
  return sources.flatMap(({ file, tree }) => {
    const found: { path: string; at: string }[] = []
    const add = (node: Node, path: string | null) => {
      if (path?.startsWith('/') && !path.includes('*')) found.push({ path, at: locate(file, node) })
    }
    traverse(tree, (node) => {
      if (node.type === 'JSXOpeningElement' && nameOf(child(node, 'name')) === 'Route')
        add(node, attribute(node, 'path'))
      const properties = propertiesOf(node)
      if (properties.some(({ key }) => /^(element|component|Component|lazy)$/.test(key)))
        add(node, textOf(properties.find(({ key }) => key === 'path')?.value ?? null))
    })
    return found
  })
}

/** Returns the `baseURL` that the page's axios instances share; '' if they have none or several. */
function baseUrl(sources: readonly Source[]): string {
  const found = new Set<string>()
  for (const { tree } of sources)
    traverse(tree, (node) => {
      if (!isCall(node) || calledMember(node)?.name !== 'create') return
      const options = propertiesOf(children(node, 'arguments')[0] ?? null)
      const base = textOf(options.find(({ key }) => key === 'baseURL')?.value ?? null)
      if (base !== null) found.add(base)
    })
  const [only, ...others] = found
  return only !== undefined && others.length === 0 ? only : ''
}

function methodOf(options: Node | null): string {
  return (textOf(optionOf(options, 'method') ?? optionOf(options, 'type')) ?? 'GET').toUpperCase()
}

function optionOf(options: Node | null, name: string): Node | null {
  return propertiesOf(options).find(({ key }) => key === name)?.value ?? null
}

function offerOf(node: Node): Omit<Offer, 'at'> | null {
  const name = node.type === 'JSXOpeningElement' ? nameOf(child(node, 'name')) : null
  const path = name === 'a' ? attribute(node, 'href') : name === 'form' ? attribute(node, 'action') : null
  if (!path?.startsWith('/')) return null
  return { method: (name === 'form' && attribute(node, 'method')) || 'GET', path }
}

function attribute(element: Node, name: string): string | null {
  const found = children(element, 'attributes').find((one) => nameOf(child(one, 'name')) === name) ?? null
  const value = child(found, 'value')
  return value?.type === 'JSXExpressionContainer' ? addressOf(child(value, 'expression')) : textOf(value)
}

const withoutQuery = (path: string | null) => path?.split(/[?#]/, 1)[0] ?? null
const join = (base: string, path: string) => base.replace(/\/$/, '') + path

/**
 * Returns the first route of the app, in its order, that matches the path. A trailing slash matters if the
 * app declares it strictly.
 */
export function routeOf(method: string, path: string, routes: readonly Route[]): string | null {
  const fitting = routes.filter(
    (one) => (one.method === method || one.method === 'ALL') && isDeclaredAs(one.path, path, { rest: false }),
  )
  const route = fitting.find((one) => one.path.endsWith('/') === path.endsWith('/')) ?? fitting[0]
  return route ? `${route.method} ${route.path}` : null
}
