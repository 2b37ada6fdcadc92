import type { parse } from '@babel/parser'
import type babel from '@babel/traverse'
import type { Scope } from '@babel/traverse'
import { calledMember, isCall, nameOf } from './syntax.js'
import { child, children, type Node } from './tree.js'

export const FUNCTION =
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|ClassMethod|ClassPrivateMethod)$/

export interface NameBinding {
  /** the initial value; null: a parameter, or declared without a value */
  init: Node | null
  /** the property destructured from it: `{ id } = init` */
  property: string | null
  parameter: boolean
}

const EACH = /^(forEach|map|filter|some|every|find|flatMap)$/
const COUNTED: Node = { type: 'NumericLiteral', value: 0, loc: { start: { line: 1 } } }

const scopes = new WeakMap<Node, Scope>()

/**
 * Records the scopes of a file, for `bindingOf`.
 *
 * @throws SyntaxError when one scope declares a name twice
 */
export function keepScopes(file: ReturnType<typeof parse>, walk: typeof babel.default): void {
  try {
    walk(file, { Scopable: ({ node, scope }) => void scopes.set(node as unknown as Node, scope) })
  } catch (error) {
    const { message } = error as Error
    throw message.startsWith('Duplicate declaration') ? new SyntaxError(message) : error
  }
}

/**
 * Returns the declaration of a name at a place, from the nearest scope outwards, or null if the file does not
 * declare it.
 */
export function bindingOf(name: string, parents: readonly Node[]): NameBinding | null {
  const nearest = parents.find((node) => scopes.has(node))
  const binding = nearest && scopes.get(nearest)!.getBinding(name)
  if (!binding) return null
  const declared = binding.path.node as unknown as Node
  if (binding.kind === 'param') return parameterOf(name, declared, binding.scope)
  if (declared.type === 'CatchClause') return { init: null, property: '…', parameter: false }
  if (declared.type !== 'VariableDeclarator') return { init: declared, property: null, parameter: false }
  const property = ofPattern(child(declared, 'id'), name) ?? null
  const loop = binding.path.parentPath?.parent as unknown as Node | undefined
  return /^For(Of|In)Statement$/.test(loop?.type ?? '')
    ? { init: child(loop!, 'right'), property: property ?? '…', parameter: false }
    : { init: child(declared, 'init'), property, parameter: false }
}

/** Returns whether a name keeps the value it was declared with: it is assigned once, and has no default in a pattern. */
export function isFixed(name: string, parents: readonly Node[]): boolean {
  const nearest = parents.find((node) => scopes.has(node))
  const binding = nearest && scopes.get(nearest)!.getBinding(name)
  if (!binding?.constant) return false
  return !children(child(binding.path.node as unknown as Node, 'id'), 'properties').some((property) => {
    const value = child(property, 'value')
    return value?.type === 'AssignmentPattern' && nameOf(child(value, 'left')) === name
  })
}

function parameterOf(name: string, parameter: Node, { block, path }: Scope): NameBinding {
  const called = block as unknown as Node
  const property = ofPattern(parameter, name) ?? null
  const place = children(called, 'params').indexOf(parameter)
  const list = place < 2 ? listOf(called, path.parent as unknown as Node) : null
  if (list) return { init: place === 0 ? list : COUNTED, property: property ?? '…', parameter: false }
  return { init: property === null ? null : requestLike(parameter), property, parameter: true }
}

/** Returns the list whose items a callback is called with: `list` of `list.forEach(…)`. */
function listOf(called: Node, outer: Node): Node | null {
  const member = isCall(outer) ? calledMember(outer) : null
  return member && EACH.test(member.name) && children(outer, 'arguments')[0] === called ? member.of : null
}

/**
 * Returns the property that a pattern binds to a name; null if the name is bound to the whole value;
 * undefined if the pattern does not bind the name.
 */
function ofPattern(pattern: Node | null, name: string): string | null | undefined {
  const target = pattern?.type === 'AssignmentPattern' ? child(pattern, 'left') : pattern
  if (target?.type === 'Identifier') return nameOf(target) === name ? null : undefined
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

/**
 * Returns an identifier for the request if a destructured parameter looks like one: `({ body, params },
 * res)`.
 */
function requestLike(parameter: Node): Node | null {
  const parts = children(parameter, 'properties').map((one) => nameOf(child(one, 'key')))
  return parts.some((one) => one && /^(body|params|query)$/.test(one))
    ? { type: 'Identifier', name: 'req', loc: parameter.loc }
    : null
}
