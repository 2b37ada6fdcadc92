import { child, children, type Node } from '../syntax/tree.js'
import type { Environment } from './environment.js'
import { sum } from './literals.js'
import type { Machine } from './machine.js'
import { either, isUndefined, OPAQUE, settled, UNDEFINED, type Value } from './values.js'

/** Evaluates an expression with operators. Every other expression is unknown, without access to rows. */
export function operation(m: Machine, node: Node, scope: Environment): Value {
  const again = (one: Node | null) => m.evaluate(one, scope)
  switch (node.type) {
    case 'AwaitExpression':
      return settled(again(child(node, 'argument')))
    case 'YieldExpression':
    case 'SpreadElement':
      return again(child(node, 'argument'))
    case 'SequenceExpression':
      return children(node, 'expressions').map(again).at(-1) ?? UNDEFINED
    case 'ConditionalExpression': {
      again(child(node, 'test'))
      return m.perhaps(() => either([again(child(node, 'consequent')), again(child(node, 'alternate'))]))
    }
    case 'LogicalExpression': {
      const left = again(child(node, 'left'))
      const right = m.perhaps(() => again(child(node, 'right')))
      if (node.operator === '&&') return isUndefined(left) ? left : right
      if (left.kind === 'text' && left.text) return left
      return isUndefined(left) ? right : either([left, right])
    }
    case 'UnaryExpression': {
      const value = again(child(node, 'argument'))
      return node.operator === '+' || node.operator === '-' ? value : OPAQUE
    }
    case 'BinaryExpression': {
      const [left, right] = [again(child(node, 'left')), again(child(node, 'right'))]
      return node.operator === '+' ? sum(left, right) : OPAQUE
    }
    case 'AssignmentExpression':
      return assignment(m, node, scope)
    default:
      return OPAQUE
  }
}

function assignment(m: Machine, node: Node, scope: Environment): Value {
  const left = child(node, 'left')!
  const right = m.evaluate(child(node, 'right'), scope)
  const operator = node.operator as string
  if (operator === '=') {
    m.bind(left, right, scope, false)
    return right
  }
  const before = m.evaluate(left, scope)
  const value =
    operator === '+='
      ? sum(before, right)
      : /^(\|\||\?\?|&&)=$/.test(operator)
        ? either([before, right])
        : OPAQUE
  m.bind(left, value, scope, false)
  return value
}
