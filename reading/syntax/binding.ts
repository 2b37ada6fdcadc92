import { calledMember, isCall, nameOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

export const FUNCTION =
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|ClassMethod|ClassPrivateMethod)$/

export interface NameBinding {
  /** what the name was declared as; null: a parameter, or nothing yet */
  init: Node | null
  /** the property taken out of it: `{ id } = init` */
  property: string | null
  parameter: boolean
}

const EACH = /^(forEach|map|filter|some|every|find|flatMap)$/
const COUNTED: Node = { type: 'NumericLiteral', value: 0, loc: { start: { line: 1 } } }

/** The list whose members a function is called with, one after the other. */
function listOf(scope: Node, outer: Node | undefined): Node | null {
  const member = outer && isCall(outer) ? calledMember(outer) : null
  return member && EACH.test(member.name) && children(outer!, 'arguments')[0] === scope ? member.of : null
}

/** The declaration of a name at a place: the nearest one of its functions, then of its module. */
export function bindingOf(name: string, parents: readonly Node[]): NameBinding | null {
  for (const [at, scope] of parents.entries()) {
    const last = at === parents.length - 1
    if (!FUNCTION.test(scope.type) && !last && scope.type !== 'Program') continue
    for (const [place, parameter] of children(scope, 'params').entries()) {
      const property = ofPattern(parameter, name)
      if (property === undefined) continue
      const list = place < 2 ? listOf(scope, parents[at + 1]) : null
      if (list) return { init: place === 0 ? list : COUNTED, property: property ?? '…', parameter: false }
      return { init: property === null ? null : requestLike(parameter), property, parameter: true }
    }
    const found = declarationIn(scope, name)
    if (found) return found
  }
  return null
}

function declarationIn(scope: Node, name: string): NameBinding | null {
  let found: NameBinding | null = null
  traverse(scope, (node, around) => {
    if (found) return
    if (node.type === 'FunctionDeclaration' && node !== scope && nameOf(child(node, 'id')) === name)
      found = { init: node, property: null, parameter: false }
    if (/^Import\w*Specifier$/.test(node.type) && nameOf(child(node, 'local')) === name)
      found = { init: node, property: null, parameter: false }
    if (node.type !== 'VariableDeclarator') return
    // Of an inner function: another name.
    if (around.slice(0, around.indexOf(scope)).some((one) => FUNCTION.test(one.type))) return
    const property = ofPattern(child(node, 'id'), name)
    if (property === undefined) return
    const loop = /^For(Of|In)Statement$/.test(around[1]?.type ?? '') ? around[1]! : null
    found = loop
      ? { init: child(loop, 'right'), property: property ?? '…', parameter: false }
      : { init: child(node, 'init'), property, parameter: false }
  })
  return found
}

/** The property a pattern takes for a name; null: it is the name itself; undefined: it does not name it. */
function ofPattern(pattern: Node | null, name: string): string | null | undefined {
  const target = pattern?.type === 'AssignmentPattern' ? child(pattern, 'left') : pattern
  if (target?.type === 'Identifier') return nameOf(target) === name ? null : undefined
  if (target?.type === 'TSParameterProperty') return ofPattern(child(target, 'parameter'), name)
  if (target?.type === 'RestElement') return ofPattern(child(target, 'argument'), name)
  if (target?.type === 'ArrayPattern')
    return children(target, 'elements').some((one) => ofPattern(one, name) !== undefined) ? '…' : undefined
  if (target?.type !== 'ObjectPattern') return undefined
  for (const property of children(target, 'properties')) {
    if (property.type === 'RestElement') {
      if (nameOf(child(property, 'argument')) === name) return '…'
      continue
    }
    const key = nameOf(child(property, 'key'))
    const inner = ofPattern(child(property, 'value'), name)
    if (inner !== undefined) return inner === null ? key : `${key}.${inner}`
  }
  return undefined
}

/** A parameter taken apart is the request where its parts say so: `({ body, params }, res)`. */
function requestLike(parameter: Node): Node | null {
  const parts = children(parameter, 'properties').map((one) => nameOf(child(one, 'key')))
  return parts.some((one) => one && /^(body|params|query)$/.test(one))
    ? { type: 'Identifier', name: 'req', loc: parameter.loc }
    : null
}
