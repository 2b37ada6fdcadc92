import { givenAsWhole, parametersOfWhole, rootName } from '../syntax/given-as-whole.js'
import { isFileOf } from '../syntax/linked-packages.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, templateOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

/** A route as the source declares it, with its handlers. */
export interface SourceRoute {
  method: string
  path: string
  at: string
  file: string
  handlers: Node[]
}

/** A place where a router is mounted: `app.use('/api', notes)`. */
interface Mount {
  path: string
  /** the router it is mounted on: file and local name */
  on: Place
  target: Place
}
interface Place {
  file: string
  name: string
}

const METHODS = /^(get|post|put|patch|delete|del|head|options|all)$/
const ROUTERS = /app|router|routes?|server|api|express|^r$|^v\d$/i
/**
 * The name of a router that is a module's only export: `module.exports = router`, `export default router`.
 */
const WHOLE = '*'

/**
 * Returns every route with the prefixes of its routers, in the order of the files. This is a guess from the
 * text alone.
 */
export function routesInSource(sources: readonly Source[]): SourceRoute[] {
  const mounts: Mount[] = []
  const found: (SourceRoute & { on: Place })[] = []
  const whole = new Map<string, Set<string>>()
  const takes = new Map(sources.map(({ file, tree }) => [file, parametersOfWhole(tree)]))
  for (const source of sources) {
    whole.set(source.file, givenAsWhole(source.tree))
    traverse(source.tree, (node, parents) => {
      if (isCall(node)) mounts.push(...handedOver(node, source, sources, takes))
      const member = isCall(node) ? calledMember(node) : null
      if (!member) return
      const given = children(node, 'arguments')
      const on = { file: source.file, name: rootName(member.of) }
      if (member.name === 'use' && isRouter(member.of, parents))
        mounts.push(...mountsOf(given, on, source, sources))
      if (!METHODS.test(member.name)) return
      const chained = routeCall(member.of)
      const path = chained ? chained.path : given[0] ? pathOf(given[0]) : null
      const handlers = chained ? given : given.slice(1)
      if (path === null || !handlers.length || !isRouter(chained ? chained.of : member.of, parents)) return
      if (!chained && handlers.every((one) => propertiesOf(one).length || textOf(one) !== null)) return
      const method = member.name === 'del' ? 'DELETE' : member.name.toUpperCase()
      const of = chained ? { file: source.file, name: rootName(chained.of) } : on
      for (const one of path)
        found.push({ method, path: one, at: locate(source.file, node), file: source.file, handlers, on: of })
    })
  }
  // A module's export may be the function that creates its router.
  const hold = new Set([...found, ...mounts].map(({ on }) => `${on.file} ${on.name}`))
  for (const [file, names] of whole)
    if (![...names].some((name) => hold.has(`${file} ${name}`))) names.clear()
  return found.flatMap(({ on, ...route }) =>
    prefixesOf(on, mounts, whole).map((prefix) => ({ ...route, path: joined(prefix, route.path) })),
  )
}

/** Returns the paths at which a router is mounted; one empty path if no mount is found. */
function prefixesOf(
  on: Place,
  mounts: readonly Mount[],
  whole: Map<string, Set<string>>,
  depth = 0,
): string[] {
  const leading = mounts.filter(
    ({ target }) =>
      target.file === on.file && (target.name === on.name || (target.name === WHOLE && isWhole(on, whole))),
  )
  if (!leading.length || depth > 5) return ['']
  return [
    ...new Set(
      leading.flatMap((one) =>
        prefixesOf(one.on, mounts, whole, depth + 1).map((prefix) => joined(prefix, one.path)),
      ),
    ),
  ]
}

/**
 * Finds a router that is passed to a function of another file: `notes(router, db)` of `module.exports =
 * (router, db) => …`.
 */
function handedOver(
  call: Node,
  source: Source,
  sources: readonly Source[],
  takes: Map<string, string[]>,
): Mount[] {
  const target = calledMember(call) ? null : targetOf(child(call, 'callee')!, source, sources)
  if (!target || target.file === source.file) return []
  return children(call, 'arguments').flatMap((one, at) => {
    const parameter = takes.get(target.file)?.[at]
    if (one.type !== 'Identifier' || !parameter || !ROUTERS.test(parameter)) return []
    return [
      {
        path: '',
        on: { file: source.file, name: nameOf(one)! },
        target: { file: target.file, name: parameter },
      },
    ]
  })
}

function isWhole({ file, name }: Place, whole: Map<string, Set<string>>): boolean {
  const names = whole.get(file)
  return !names?.size || names.has(name)
}

function mountsOf(given: readonly Node[], on: Place, source: Source, sources: readonly Source[]): Mount[] {
  const first = given[0] ? pathOf(given[0]) : null
  const paths = first ?? ['']
  return given.slice(first ? 1 : 0).flatMap((one) => {
    const target = targetOf(one, source, sources)
    return target ? paths.map((path) => ({ path, on, target })) : []
  })
}

/**
 * Returns the router an expression names: one of this file, of another file, or created by a function of
 * another file.
 */
function targetOf(node: Node, source: Source, sources: readonly Source[]): Place | null {
  const inFile = (file: string | null | undefined) => sources.find((one) => isFileOf(file, one))?.file ?? null
  if (isCall(node)) {
    const module =
      nameOf(child(node, 'callee')) === 'require' ? textOf(children(node, 'arguments')[0] ?? null) : null
    if (module === null) return targetOf(child(node, 'callee')!, source, sources)
    const file = inFile(source.imports.get(module)?.file)
    return file ? { file, name: WHOLE } : null
  }
  const name = rootName(node)
  const origin = source.imports.get(name)
  if (!origin) return node.type === 'Identifier' ? { file: source.file, name } : null
  const file = inFile(origin.file)
  if (!file) return null
  const whole = origin.imported === '*' || origin.imported === 'default'
  const member = nameOf(child(node, 'property'))
  return { file, name: whole ? (member ?? WHOLE) : origin.imported }
}

/** Finds `route('/x')` in `router.route('/x').get(…).post(…)`. */
function routeCall(node: Node): { path: string[]; of: Node } | null {
  if (!isCall(node)) return null
  const member = calledMember(node)
  if (!member) return null
  if (member.name === 'route') {
    const path = pathOf(children(node, 'arguments')[0] ?? node)
    return path ? { path, of: member.of } : null
  }
  return METHODS.test(member.name) ? routeCall(member.of) : null
}

/** Returns the paths that an argument holds as a text, a template, a pattern or a list of them. */
function pathOf(node: Node): string[] | null {
  const text = templateOf(node, ':x')
  if (text !== null) return text === '' || /^[/*]|^:x/.test(text) ? [text.replace(/^:x/, '')] : null
  if (node.type === 'RegExpLiteral') return [`/${node.pattern as string}/`]
  if (node.type !== 'ArrayExpression') return null
  const all = children(node, 'elements').map(pathOf)
  return all.length && all.every((one) => one !== null) ? all.flat() : null
}

/** Returns whether calls on an expression declare routes, by its name or by how it was created. */
function isRouter(node: Node, parents: readonly Node[]): boolean {
  if (isCall(node))
    return (
      routeCall(node) !== null ||
      /^(express|Router)$/.test(nameOf(child(node, 'callee')) ?? calledMember(node)?.name ?? '')
    )
  const name = lastName(node)
  if (
    /^(axios|http|https|request|fetch|supertest|agent|client|superagent|\$|map|cache|params|headers|store|redis)$/i.test(
      name,
    )
  )
    return false
  return ROUTERS.test(name) || isMadeAsRouter(name, parents)
}

function isMadeAsRouter(name: string, parents: readonly Node[]): boolean {
  const module = parents.at(-1)
  let is = false
  if (module)
    traverse(module, (node) => {
      if (node.type !== 'VariableDeclarator' || nameOf(child(node, 'id')) !== name) return
      const init = child(node, 'init')
      const callee = init && (isCall(init) || init.type === 'NewExpression') ? child(init, 'callee') : null
      if (/^(express|Router)$/.test(nameOf(callee) ?? nameOf(child(callee, 'property')) ?? '')) is = true
    })
  return is
}

const lastName = (node: Node) => nameOf(node) ?? nameOf(child(node, 'property')) ?? ''

function joined(prefix: string, path: string): string {
  const both = `${prefix.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
  return both.length > 1 ? both.replace(/\/+$/, '') : both
}
