import { bindingOf, isFixed } from '../../reading/syntax/binding.js'
import { calledMember, isCall, isMemberAccess, nameOf, textOf } from '../../reading/syntax/syntax.js'
import { child, children, type Node } from '../../reading/syntax/tree.js'

/** A value that is known although nothing runs; null: it is not. */
type Known = { value: unknown } | null

/** Methods that change the case or the space of a text, and not whether it is empty. */
const OF_TEXT = /^(?:toLowerCase|toUpperCase|trim)$/

/**
 * Whether code does not run while some variables of the environment are not set:
 * `if (process.env.QUEUE_URL) new Queue(…)`, or a `return` before it. Code with another condition counts as running.
 *
 * @param parents those of the node, the nearest first
 * @param isSet whether the environment has a variable where the app runs by default
 */
export function isOff(node: Node, parents: readonly Node[], isSet: (name: string) => boolean): boolean {
  return parents.some((outer, at) => {
    const inner = at === 0 ? node : parents[at - 1]!
    const known = (test: Node | null) => truth(test, parents.slice(at), isSet)
    switch (outer.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
        if (inner === child(outer, 'consequent')) return known(child(outer, 'test')) === false
        return inner === child(outer, 'alternate') && known(child(outer, 'test')) === true
      case 'LogicalExpression':
        if (inner !== child(outer, 'right') || outer.operator === '??') return false
        return known(child(outer, 'left')) === (outer.operator === '||')
      case 'BlockStatement':
      case 'Program': {
        const body = children(outer, 'body')
        return body
          .slice(0, body.indexOf(inner))
          .some((one) => isExit(child(one, 'consequent')) && known(child(one, 'test')) === true)
      }
      default:
        return false
    }
  })
}

function isExit(statement: Node | null): boolean {
  const last = statement?.type === 'BlockStatement' ? children(statement, 'body').at(-1) : statement
  return /^(?:Return|Throw|Continue)Statement$/.test(last?.type ?? '')
}

function truth(
  node: Node | null,
  parents: readonly Node[],
  isSet: (name: string) => boolean,
): boolean | null {
  const known = evaluated(node, parents, isSet)
  return known && Boolean(known.value)
}

/** Evaluates what a test may be made of. */
function evaluated(node: Node | null, parents: readonly Node[], isSet: (name: string) => boolean): Known {
  const value = (one: Node | null) => evaluated(one, parents, isSet)
  if (!node) return null
  if (textOf(node) !== null) return { value: textOf(node) }
  if (node.type === 'BooleanLiteral' || node.type === 'NumericLiteral') return { value: node.value }
  if (node.type === 'NullLiteral') return { value: null }
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const known = value(child(node, 'argument'))
    return known && { value: !known.value }
  }
  if (node.type === 'LogicalExpression') return either(node, value)
  if (node.type === 'BinaryExpression') return compared(node, value)
  if (isMemberAccess(node)) return variable(node, isSet)
  if (isCall(node)) return called(node, value)
  return node.type === 'Identifier' ? named(node, parents, isSet) : null
}

function either(node: Node, value: (one: Node | null) => Known): Known {
  const left = value(child(node, 'left'))
  if (!left) return null
  const isLeft =
    node.operator === '&&' ? !left.value : node.operator === '||' ? left.value : left.value != null
  return isLeft ? left : value(child(node, 'right'))
}

function compared(node: Node, value: (one: Node | null) => Known): Known {
  const [left, right] = [value(child(node, 'left')), value(child(node, 'right'))]
  if (!left || !right || !/^[!=]==?$/.test(String(node.operator))) return null
  const isSame = left.value === right.value || (left.value == null && right.value == null)
  return { value: isSame === String(node.operator).startsWith('=') }
}

/** `Boolean(x)`, `x?.toLowerCase()`. */
function called(node: Node, value: (one: Node | null) => Known): Known {
  const callee = child(node, 'callee')
  if (nameOf(callee) === 'Boolean') {
    const known = value(children(node, 'arguments')[0] ?? null)
    return known && { value: Boolean(known.value) }
  }
  const member = calledMember(node)
  return member && OF_TEXT.test(member.name) ? value(member.of) : null
}

/** `process.env.QUEUE_URL`, which is not set. */
function variable(node: Node, isSet: (name: string) => boolean): Known {
  const object = child(node, 'object')
  const name = nameOf(child(node, 'property')) ?? textOf(child(node, 'property'))
  const isEnv = nameOf(child(object, 'object')) === 'process' && nameOf(child(object, 'property')) === 'env'
  return isEnv && name && !isSet(name) ? { value: undefined } : null
}

function named(node: Node, parents: readonly Node[], isSet: (name: string) => boolean): Known {
  const name = nameOf(node)!
  if (name === 'undefined') return { value: undefined }
  const binding = bindingOf(name, parents)
  if (!binding?.init || binding.parameter || !isFixed(name, parents)) return null
  if (binding.property === null) return binding.init === node ? null : evaluated(binding.init, parents, isSet)
  const from = binding.init
  const isEnv = nameOf(child(from, 'object')) === 'process' && nameOf(child(from, 'property')) === 'env'
  return isEnv && !isSet(binding.property) ? { value: undefined } : null
}
