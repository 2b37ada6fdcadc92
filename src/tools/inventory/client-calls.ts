import type { Route } from '../gate/gate.js'
import { isDeclaredAs } from './declared.js'
import type { Source } from './sources.js'
import { calledMember, isCall, nameOf, propertiesOf, templateOf, textOf } from './syntax.js'
import { child, children, locate, type Node, traverse } from './tree.js'

/** A request that the page's code makes. */
export interface ClientCall {
  method: string
  /** as sent, with `:x` where the code puts a value in */
  path: string
  /** file:line */
  at: string
  /** the route that answers, `GET /api/threads/:id`; null: the app has none */
  route: string | null
}

const VERBS = /^(get|post|put|patch|delete|head)$/

/**
 * The calls of `fetch` and of axios (an instance made with `baseURL` included), links and forms of the page's
 * code. A path that is computed elsewhere is not seen.
 */
export function findClientCalls(sources: readonly Source[], routes: readonly Route[]): ClientCall[] {
  const base = baseUrl(sources)
  return sources.flatMap(({ file, tree }) => {
    const found: ClientCall[] = []
    const add = (node: Node, method: string, path: string, always: boolean) => {
      const route = routeOf(method, path, routes)
      if (always || route) found.push({ method, path, at: locate(file, node), route })
    }
    traverse(tree, (node) => {
      const link = linkOf(node)
      if (link) add(node, 'GET', link, false)
      if (!isCall(node)) return
      const [first, second] = children(node, 'arguments')
      const path = withoutQuery(templateOf(first ?? null))
      if (path === null || !path.startsWith('/')) return
      const member = calledMember(node)
      const callee = nameOf(child(node, 'callee')) ?? (member?.name === 'fetch' ? 'fetch' : null)
      if (callee === 'fetch') add(node, methodOf(second ?? null), path, true)
      else if (member && VERBS.test(member.name))
        add(
          node,
          member.name.toUpperCase(),
          join(nameOf(member.of) === 'axios' ? '' : base, path),
          base !== '',
        )
    })
    return found
  })
}

/**
 * The pages a router of the page's code declares: `<Route path="/queue">`, `{ path: '/queue', element: … }`.
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

/** The only `baseURL` of the page's axios instances; '' when there is none, or several. */
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
  return (
    textOf(propertiesOf(options).find(({ key }) => key === 'method')?.value ?? null) ?? 'GET'
  ).toUpperCase()
}

function linkOf(node: Node): string | null {
  if (node.type !== 'JSXOpeningElement' || !/^(a|form)$/.test(nameOf(child(node, 'name')) ?? '')) return null
  return withoutQuery(attribute(node, 'href') ?? attribute(node, 'action'))
}

function attribute(element: Node, name: string): string | null {
  const found = children(element, 'attributes').find((one) => nameOf(child(one, 'name')) === name) ?? null
  const value = child(found, 'value')
  return value?.type === 'JSXExpressionContainer' ? templateOf(child(value, 'expression')) : textOf(value)
}

const withoutQuery = (path: string | null) => path?.split(/[?#]/, 1)[0] ?? null
const join = (base: string, path: string) => base.replace(/\/$/, '') + path

/**
 * The first route of the app, in its order, that takes the path; a slash at the end counts where the app says
 * so.
 */
export function routeOf(method: string, path: string, routes: readonly Route[]): string | null {
  const fitting = routes.filter(
    (one) => (one.method === method || one.method === 'ALL') && isDeclaredAs(one.path, path, { rest: false }),
  )
  const route = fitting.find((one) => one.path.endsWith('/') === path.endsWith('/')) ?? fitting[0]
  return route ? `${route.method} ${route.path}` : null
}
