import type { Route } from '../../../proof/gate/gate.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../../../reading/syntax/syntax.js'
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
    for (const name of bodyFieldsIn(children(node, 'arguments'), sources)) found.add(name)
  })
  return [...found]
}

/** The names that handlers read from a request's body, those of functions they name included. */
export function bodyFieldsIn(handlers: readonly Node[], sources: readonly Source[]): string[] {
  const found = new Set<string>()
  for (const handler of handlers) {
    read(handler, found)
    const name = nameOf(handler) ?? nameOf(child(handler, 'property'))
    if (name) for (const maker of functionsNamed(name, sources)) read(maker, found)
  }
  return [...found]
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
export function functionsNamed(name: string, sources: readonly Source[]): Node[] {
  const found: Node[] = []
  for (const { tree } of sources)
    traverse(tree, (node) => {
      const own = nameOf(child(node, 'id')) ?? nameOf(child(node, 'key'))
      const assigned =
        node.type === 'AssignmentExpression' ? nameOf(child(child(node, 'left'), 'property')) : null
      if (
        (own === name || assigned === name) &&
        /^(?:FunctionDeclaration|VariableDeclarator|ClassMethod|ObjectMethod|ObjectProperty|AssignmentExpression)$/.test(
          node.type,
        )
      )
        found.push(node)
    })
  return found
}

/** `req.body.title`, `const { title } = req.body`, `({ body: { title } }) =>`. */
function read(handler: Node, found: Set<string>): void {
  traverse(handler, (node) => {
    if (node.type === 'MemberExpression' && isBody(child(node, 'object')) && !node.computed) {
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
  return (
    nameOf(node) === 'body' ||
    (node?.type === 'MemberExpression' && nameOf(child(node, 'property')) === 'body')
  )
}

function namesIn(pattern: Node | null, found: Set<string>): void {
  if (pattern?.type !== 'ObjectPattern') return
  for (const one of children(pattern, 'properties')) {
    const name = nameOf(child(one, 'key'))
    if (name) found.add(name)
  }
}
