import { child, children, type Node } from '../syntax/tree.js'
import type { Environment } from './environment.js'
import { memberKeys } from './keys.js'
import type { Machine } from './machine.js'
import { allValues, either, isUndefined, listValue, object, type Value } from './values.js'

/** Assigns the names of a pattern their values. */
export function bind(
  m: Machine,
  pattern: Node | null,
  value: Value,
  scope: Environment,
  declares: boolean,
): void {
  if (!pattern) return
  switch (pattern.type) {
    case 'Identifier': {
      const name = pattern.name as string
      if (declares) scope.declare(name, value, m.depth)
      else if (!scope.assign(name, value, m.depth)) root(scope).declare(name, value, m.depth)
      return
    }
    case 'AssignmentPattern':
      bind(m, child(pattern, 'left'), orDefault(m, pattern, value, scope), scope, declares)
      return
    case 'TSParameterProperty':
      bind(m, child(pattern, 'parameter'), value, scope, declares)
      return
    case 'RestElement':
      bind(m, child(pattern, 'argument'), value, scope, declares)
      return
    case 'ObjectPattern':
      bindMembers(m, pattern, value, scope, declares)
      return
    case 'ArrayPattern':
      bindItems(m, pattern, value, scope, declares)
      return
    case 'MemberExpression': {
      const of = m.evaluate(child(pattern, 'object'), scope)
      for (const key of memberKeys(m, pattern, scope)) for (const one of allValues(of)) m.set(one, key, value)
      return
    }
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      bind(m, child(pattern, 'expression'), value, scope, declares)
  }
}

/** Returns the value, or the pattern's default where the value may be undefined. */
function orDefault(m: Machine, pattern: Node, value: Value, scope: Environment): Value {
  const standard = () => m.evaluate(child(pattern, 'right'), scope)
  if (isUndefined(value)) return standard()
  return value.kind === 'either' && value.of.some(isUndefined)
    ? either([...value.of.filter((one) => !isUndefined(one)), standard()])
    : value
}

function bindMembers(m: Machine, pattern: Node, value: Value, scope: Environment, declares: boolean): void {
  const taken = new Set<string>()
  for (const property of children(pattern, 'properties')) {
    if (property.type === 'RestElement') {
      bind(m, child(property, 'argument'), without(value, taken), scope, declares)
      continue
    }
    const keys = memberKeys(m, property, scope, 'key')
    for (const key of keys) if (key) taken.add(key)
    const found = either(keys.map((key) => m.get(value, key, { node: property, scope })))
    bind(m, child(property, 'value'), found, scope, declares)
  }
}

function bindItems(m: Machine, pattern: Node, value: Value, scope: Environment, declares: boolean): void {
  const elements = (pattern.elements as (Node | null)[] | undefined) ?? []
  elements.forEach((element, at) => {
    if (!element) return
    const rest = element.type === 'RestElement'
    const found =
      rest && value.kind === 'list'
        ? listValue(value.items.slice(at), m.depth, value.rest)
        : rest
          ? value
          : m.get(value, String(at), { node: element, scope })
    bind(m, element, found, scope, declares)
  })
}

function root(scope: Environment): Environment {
  return scope.outer ? root(scope.outer) : scope
}

function without(value: Value, taken: Set<string>): Value {
  if (value.kind !== 'object') return value
  const left = object(
    [...value.properties].filter(([key]) => !taken.has(key)),
    value.depth,
  )
  left.rest = value.rest
  return left
}
