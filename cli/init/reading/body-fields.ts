import type { Route } from '../../../proof/gate/gate.js'
import { isFileOf } from '../../../reading/syntax/linked-packages.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, isMemberAccess, nameOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../../reading/syntax/tree.js'

/** The names that the handlers of a route read from a request's body, those of functions they name included. */
export function bodyFieldsOf({ at, method }: Route, sources: readonly Source[]): string[] {
  const [file, line] = at.split(':')
  const source = sources.find((one) => one.file === file)
  if (!source) return []
  const found = new Set<string>()
  traverse(source.tree, (node, parents) => {
    if (!isCall(node)) return
    const made = routeOf(node)
    if (made && !(isAt(made, line!) && calledMember(node)?.name.toUpperCase() === method)) return
    if (!made && (!isAt(node, line!) || parents.some((one) => isCall(one) && isAt(one, line!)))) return
    for (const name of bodyFieldsIn(children(node, 'arguments'), sources, source)) found.add(name)
  })
  return [...found]
}

/**
 * The names that handlers read from a request's body, those of functions they name included.
 * @param from the source that registers the handlers; undefined: bodies that they give on are not followed
 */
export function bodyFieldsIn(
  handlers: readonly Node[],
  sources: readonly Source[],
  from: Source | undefined,
): string[] {
  const found = new Set<string>()
  const readIn = (node: Node, source: Source | undefined) => {
    read(node, found)
    if (source) for (const name of fieldsGivenOn(node, source, sources)) found.add(name)
  }
  const follow = (handler: Node, inList: boolean) => {
    const name = nameOf(handler) ?? nameOf(child(handler, 'property'))
    for (const { node, source } of name ? declaredAs(name, sources) : []) {
      readIn(node, source)
      // `exports.create = [check, store]`
      const list = inList ? null : heldBy(node)
      if (list?.type === 'ArrayExpression') for (const one of children(list, 'elements')) follow(one, true)
    }
  }
  for (const handler of handlers) {
    readIn(handler, from)
    follow(handler, false)
  }
  return [...found]
}

const heldBy = (declared: Node) =>
  child(declared, 'init') ?? child(declared, 'value') ?? child(declared, 'right')

/** The fields that functions take from a body that is given to them whole: `notes.create(req.body)`. */
function fieldsGivenOn(handler: Node, from: Source, sources: readonly Source[]): string[] {
  const found = new Set<string>()
  traverse(handler, (node) => {
    if (!isCall(node)) return
    const at = children(node, 'arguments').findIndex((one) => one.type !== 'Identifier' && isBody(one))
    const member = calledMember(node)
    const name = member?.name ?? nameOf(child(node, 'callee'))
    if (at < 0 || !name) return
    const origin = from.imports.get((member ? nameOf(member.of) : name) ?? '')
    if (member ? !origin?.file : origin && !origin.file) return
    const called = origin && !member && !/^(?:\*|default)$/.test(origin.imported) ? origin.imported : name
    for (const { node: one, source } of declaredAs(called, sources))
      if (origin ? isFileOf(origin.file, source) : source === from) readParameter(one, at, found)
  })
  return [...found]
}

/** `({ title }) =>`, `(note) => note.title`, `(note) => { const { title } = note }`. */
function readParameter(declared: Node, at: number, found: Set<string>): void {
  const maker = /Function|Method/.test(declared.type) ? declared : heldBy(declared)
  const given = maker && children(maker, 'params')[at]
  if (!maker || !given) return
  namesIn(given, found)
  const name = nameOf(given)
  if (!name) return
  traverse(maker, (node) => {
    if (node.type === 'VariableDeclarator' && nameOf(child(node, 'init')) === name)
      namesIn(child(node, 'id'), found)
    if (!isMemberAccess(node) || node.computed || nameOf(child(node, 'object')) !== name) return
    const field = nameOf(child(node, 'property'))
    if (field) found.add(field)
  })
}

/** A chain is one call of several lines: its line is where the called member is. */
function isAt(node: Node, line: string): boolean {
  const property = child(child(node, 'callee'), 'property') ?? node
  return String(property.loc.start.line) === line
}

/** `router.route('/x')` of `router.route('/x').get(…).post(…)`: there each of them is registered. */
function routeOf(node: Node): Node | null {
  let member = calledMember(node)
  while (member && isCall(member.of)) {
    const of = member.of
    member = calledMember(of)
    if (member?.name === 'route') return of
  }
  return null
}

/** The functions of that name, in whichever file. */
export const functionsNamed = (name: string, sources: readonly Source[]): Node[] =>
  declaredAs(name, sources).map(({ node }) => node)

function declaredAs(name: string, sources: readonly Source[]): { node: Node; source: Source }[] {
  const found: { node: Node; source: Source }[] = []
  for (const source of sources)
    traverse(source.tree, (node) => {
      const own = nameOf(child(node, 'id')) ?? nameOf(child(node, 'key'))
      const assigned =
        node.type === 'AssignmentExpression' ? nameOf(child(child(node, 'left'), 'property')) : null
      if (
        (own === name || assigned === name) &&
        /^(?:FunctionDeclaration|VariableDeclarator|ClassMethod|ObjectMethod|ObjectProperty|AssignmentExpression)$/.test(
          node.type,
        )
      )
        found.push({ node, source })
    })
  return found
}

/** `req.body.title`, `req.body?.title`, `const { title } = req.body`, `({ body: { title } }) =>`. */
function read(handler: Node, found: Set<string>): void {
  traverse(handler, (node) => {
    if (isMemberAccess(node) && isBody(child(node, 'object')) && !node.computed) {
      const name = nameOf(child(node, 'property'))
      if (name) found.add(name)
    }
    // `body('title').notEmpty()` of express-validator
    if (isCall(node) && /^(?:body|check)$/.test(nameOf(child(node, 'callee')) ?? '')) {
      const [first] = children(node, 'arguments')
      for (const one of first?.type === 'ArrayExpression' ? children(first, 'elements') : [first]) {
        const name = textOf(one ?? null)
        if (name && /^\w+$/.test(name)) found.add(name)
      }
    }
    if (node.type === 'VariableDeclarator' && isBody(child(node, 'init'))) namesIn(child(node, 'id'), found)
    if (node.type === 'ObjectProperty' && nameOf(child(node, 'key')) === 'body')
      namesIn(child(node, 'value'), found)
  })
}

/** `req.body`, `req.body ?? {}`, `request.body || {}`. */
function isBody(node: Node | null): boolean {
  if (node?.type === 'LogicalExpression') return isBody(child(node, 'left'))
  if (node && isCall(node)) return nameOf(child(node, 'callee')) === 'matchedData'
  if (node?.type === 'TSAsExpression') return isBody(child(node, 'expression'))
  return nameOf(node) === 'body' || (isMemberAccess(node) && nameOf(child(node, 'property')) === 'body')
}

function namesIn(pattern: Node | null, found: Set<string>): void {
  if (pattern?.type !== 'ObjectPattern') return
  for (const one of children(pattern, 'properties')) {
    const name = nameOf(child(one, 'key'))
    if (name) found.add(name)
  }
}
