import type { SourceRoute } from '../routes/routes-in-source.js'
import { FUNCTION } from './binding.js'
import { isFileOf } from './linked-packages.js'
import type { Source } from './sources.js'
import { isCall, nameOf, templateOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

interface Declared {
  file: string
  name: string
  node: Node
}
type Range = { file: string; from: number; to: number }

/** Method names so common that a call by one of them does not identify the function. */
const EVERYDAY =
  /^(get|set|has|add|map|filter|find|push|pop|then|catch|json|send|status|query|end|next|log|error|run|on|use|exec|call|apply|bind|join|split|test|init|close|connect|start|stop|create|update|delete|remove|save|all|one|none|any|list|index|show|handle)$/

/**
 * Returns a function that lists the routes leading to a line of the source. Each handler is followed by name
 * through the functions it calls. Calls by a computed name, or by a name that many functions share, are not
 * followed.
 */
export function routesTo(
  sources: readonly Source[],
  routes: readonly SourceRoute[],
): (at: string) => string[] {
  const declared = declaredIn(sources)
  const byFile = new Map(sources.map((source) => [source.file, source]))
  const known = new Map<Node, Range[]>()
  const reached = routes.map((route) => ({
    route: `${route.method} ${route.path}`,
    ranges: route.handlers.flatMap((handler) =>
      rangesOf(handler, byFile.get(route.file)!, declared, byFile, known),
    ),
  }))
  return (at) => {
    const [, file, line] = /^(.*):(\d+)$/.exec(at) ?? []
    const inside = (range: Range) =>
      range.file === file && range.from <= Number(line) && Number(line) <= range.to
    return [...new Set(reached.filter(({ ranges }) => ranges.some(inside)).map(({ route }) => route))]
  }
}

function rangesOf(
  start: Node,
  source: Source,
  declared: Map<string, Declared[]>,
  byFile: Map<string, Source>,
  known: Map<Node, Range[]>,
): Range[] {
  const before = known.get(start)
  if (before) return before
  const ranges: Range[] = []
  known.set(start, ranges)
  const seen = new Set<Node>()
  const queue: { node: Node; source: Source }[] = [{ node: start, source }]
  for (let one = queue.shift(); one && seen.size < 400; one = queue.shift()) {
    if (seen.has(one.node)) continue
    seen.add(one.node)
    const { start: first, end } = one.node.loc as Node['loc'] & { end: { line: number } }
    ranges.push({ file: one.source.file, from: first.line, to: end.line })
    for (const { file, node } of calledIn(one.node, one.source, declared, one.node === start))
      queue.push({ node, source: byFile.get(file)! })
  }
  return ranges
}

/**
 * Returns the functions called inside a node; in a handler also those that are only named:
 * `wrap(notes.list)`.
 */
function calledIn(node: Node, source: Source, declared: Map<string, Declared[]>, named: boolean): Declared[] {
  const found: Declared[] = []
  traverse(node, (one) => {
    const callee = isCall(one) ? child(one, 'callee') : null
    if (callee) found.push(...resolved(callee, source, declared))
    // SQL stored in a variable: `query(queries.list)`.
    for (const given of callee ? children(one, 'arguments') : [])
      found.push(...resolved(given, source, declared).filter(({ node }) => !FUNCTION.test(node.type)))
    if (!named || !/^(Identifier|MemberExpression|ArrayExpression|CallExpression)$/.test(node.type)) return
    if (one === node || node.type !== 'MemberExpression') found.push(...resolved(one, source, declared))
  })
  return found
}

function resolved(ref: Node, source: Source, declared: Map<string, Declared[]>): Declared[] {
  const object = child(ref, 'object')
  const name = object ? nameOf(child(ref, 'property')) : ref.type === 'Identifier' ? nameOf(ref) : null
  if (!name) return []
  const root = object ? nameOf(object) : null
  // `req.login(user)` is a method of the request.
  if (/^(?:req|res|request|response)$/.test(root ?? '')) return []
  const origin = source.imports.get(root ?? name)
  const wanted = !object && origin ? origin.imported : name
  const all = declared.get(wanted) ?? []
  const inFile = (file: string | null | undefined) => all.filter((one) => isFileOf(file, one))
  if (origin) {
    if (!origin.file) return []
    if (!object && /^(\*|default)$/.test(wanted))
      return ['exports', 'default'].flatMap((one) =>
        (declared.get(one) ?? []).filter((one) => isFileOf(origin.file, one)),
      )
    const there = inFile(origin.file)
    if (there.length) return there
  } else {
    const here = all.filter(({ file }) => file === source.file)
    if (here.length && (!object || object.type === 'ThisExpression' || root)) return here
  }
  // `NotesService.list`, re-exported by another module: the file with that name declares it.
  const named = root === null ? [] : all.filter(({ file }) => isCalled(file, root))
  if (named.length) return named
  return object && !EVERYDAY.test(name) && all.length === 1 ? all : []
}

function isCalled(file: string, name: string): boolean {
  const plain = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, '')
  return (
    plain(
      file
        .split('/')
        .at(-1)!
        .replace(/\.\w+$/, ''),
    ) === plain(name)
  )
}

/** Returns every named function and stored text by name. */
function declaredIn(sources: readonly Source[]): Map<string, Declared[]> {
  const found = new Map<string, Declared[]>()
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      if (!FUNCTION.test(node.type) && !isKeptText(node, parents)) return
      for (const name of namesOf(node, parents))
        found.set(name, [...(found.get(name) ?? []), { file, name, node }])
    })
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      for (const { key, name } of [...aliasIn(node), ...listedIn(node)]) {
        const own = (found.get(name) ?? []).filter((one) => one.file === file)
        if (own.length) found.set(key, [...(found.get(key) ?? []), ...own])
      }
    })
  return found
}

/** Returns the functions that an exported list of handlers names: `exports.create = [check, store]`. */
function listedIn(node: Node): { key: string; name: string }[] {
  const key =
    node.type === 'AssignmentExpression'
      ? nameOf(child(child(node, 'left'), 'property'))
      : nameOf(child(node, 'id'))
  const list = child(node, node.type === 'AssignmentExpression' ? 'right' : 'init')
  if (!key || list?.type !== 'ArrayExpression') return []
  return children(list, 'elements').flatMap((one) => {
    const name = nameOf(one)
    return name && name !== key ? [{ key, name }] : []
  })
}

/** `module.exports = { delete: del }` */
function aliasIn(node: Node): { key: string; name: string }[] {
  if (node.type !== 'ObjectProperty' || child(node, 'value')?.type !== 'Identifier') return []
  const [key, name] = [nameOf(child(node, 'key')), nameOf(child(node, 'value'))]
  return key && name && key !== name ? [{ key, name }] : []
}

/** Returns whether a node is a named text at module level. */
function isKeptText(node: Node, parents: readonly Node[]): boolean {
  const [parent] = parents
  if (parents.some(({ type }) => FUNCTION.test(type))) return false
  return templateOf(node) !== null && /^(VariableDeclarator|ObjectProperty)$/.test(parent?.type ?? '')
}

function namesOf(node: Node, parents: readonly Node[]): string[] {
  // `const list = wrap(async (req, res) => …)`, `exports.create = [check, async (req, res) => …]`
  const around =
    parents.slice(0, 3).find((one) => !isCall(one) && !/^(TSAsExpression|ArrayExpression)$/.test(one.type)) ??
    null
  const held =
    /^(VariableDeclarator|ObjectProperty|ClassProperty|AssignmentExpression|ExportDefaultDeclaration)$/.test(
      around?.type ?? '',
    )
  const target = held ? (child(around, 'id') ?? child(around, 'key') ?? child(around, 'left')) : null
  const own = nameOf(child(node, 'id')) ?? nameOf(child(node, 'key'))
  const given = nameOf(target) ?? nameOf(child(target, 'property'))
  const whole = around?.type === 'ExportDefaultDeclaration' ? 'default' : null
  return [...new Set([own, given, whole].flatMap((name) => name ?? []))]
}
