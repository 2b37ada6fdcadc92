import { nameOf } from '../syntax/syntax.js'
import { child, children, isNode, type Node } from '../syntax/tree.js'
import type { Environment } from './environment.js'
import { makeClass, makeFunction } from './functions.js'
import { memberKeys } from './keys.js'
import { literalsOf, marked, objectOf, sum, template } from './literals.js'
import { type Machine, placeOf } from './machine.js'
import {
  either,
  isUndefined,
  listValue,
  OPAQUE,
  settled,
  textsOf,
  textValue,
  UNDEFINED,
  unknown,
  type Value,
} from './values.js'

/** Evaluates an expression. */
export function evaluate(m: Machine, node: Node | null, scope: Environment): Value {
  if (!node) return UNDEFINED
  const again = (one: Node | null) => m.evaluate(one, scope)
  const site = { node, scope }
  switch (node.type) {
    case 'StringLiteral':
    case 'DirectiveLiteral':
      return textValue(node.value as string, placeOf(site))
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'BigIntLiteral':
      return { kind: 'constant', value: node.value }
    case 'NullLiteral':
      return { kind: 'constant', value: null }
    case 'TemplateLiteral':
      return template(node, again, placeOf(site))
    case 'Identifier':
      return identifier(m, node.name as string, scope)
    case 'ThisExpression':
      return scope.read('this') ?? unknown('this')
    case 'Super':
      return scope.read('super') ?? unknown('super')
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSSatisfiesExpression':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
      return again(child(node, 'expression'))
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionDeclaration':
      return makeFunction(node, scope)
    case 'ClassExpression':
    case 'ClassDeclaration':
      return makeClass(m, node, scope)
    case 'ObjectExpression':
      return objectOf(m, node, scope)
    case 'ArrayExpression':
      return literalsOf(m, children(node, 'elements'), scope)
    case 'MemberExpression':
    case 'OptionalMemberExpression': {
      const of = again(child(node, 'object'))
      return either(memberKeys(m, node, scope).map((key) => m.get(of, key, site)))
    }
    case 'CallExpression':
    case 'OptionalCallExpression':
      return call(m, node, scope)
    case 'NewExpression':
      return m.construct(again(child(node, 'callee')), argumentsOf(m, node, scope), site)
    case 'TaggedTemplateExpression':
      return tagged(m, node, scope)
    case 'ImportExpression':
      return m.required(textsOf(again(child(node, 'source')))[0] ?? '?', scope.file)
    default:
      return operation(m, node, scope)
  }
}

function tagged(m: Machine, node: Node, scope: Environment): Value {
  const again = (one: Node | null) => m.evaluate(one, scope)
  const site = { node, scope }
  const quasi = child(node, 'quasi')!
  const values = children(quasi, 'expressions').map(again)
  const raw = values.map(() => '').length
    ? marked(quasi, values)
    : textsOf(template(quasi, again, placeOf(site)))
  const tag = child(node, 'tag')!
  const args = [either(raw.map((one) => textValue(one, placeOf(site)))), listValue(values)]
  const of = /Member/.test(tag.type) ? again(child(tag, 'object')) : null
  const name = of ? nameOf(child(tag, 'property')) : null
  return of && name ? m.callMember(of, name, args, site) : m.call(again(tag), null, args, site)
}

function identifier(m: Machine, name: string, scope: Environment): Value {
  return scope.read(name) ?? m.models.byName(name) ?? unknown(name)
}

/** Evaluates the arguments of a call. A spread list contributes its known items. */
function argumentsOf(m: Machine, node: Node, scope: Environment): Value[] {
  return children(node, 'arguments').flatMap((one) => {
    const value = m.evaluate(one, scope)
    if (one.type !== 'SpreadElement') return [value]
    return value.kind === 'list' ? value.items : [value]
  })
}

function call(m: Machine, node: Node, scope: Environment): Value {
  const callee = child(node, 'callee')!
  const site = { node, scope }
  if (callee.type === 'Import')
    return m.required(
      textsOf(m.evaluate(children(node, 'arguments')[0] ?? null, scope))[0] ?? '?',
      scope.file,
    )
  if (callee.type === 'Super') {
    const args = argumentsOf(m, node, scope)
    const [above, self] = [scope.read('super'), scope.read('this')]
    if (above && self) m.constructAbove(self, above, args, site)
    return UNDEFINED
  }
  const inner = unwrapped(callee)
  if (/^(Optional)?MemberExpression$/.test(inner.type)) {
    const object = child(inner, 'object')!
    const isSuper = object.type === 'Super'
    const of = m.evaluate(object, scope)
    const keys = memberKeys(m, inner, scope)
    const args = argumentsOf(m, node, scope)
    if (isSuper) return m.call(m.get(of, keys[0]!, site), scope.read('this'), args, site)
    return either(
      keys.map((key) =>
        key === null ? m.call(m.get(of, null, site), of, args, site) : m.callMember(of, key, args, site),
      ),
    )
  }
  const value = m.evaluate(callee, scope)
  return m.call(value, null, argumentsOf(m, node, scope), site)
}

function unwrapped(node: Node): Node {
  const inner = /^(TSNonNull|TSAs|Parenthesized|TSInstantiation)Expression$/.test(node.type)
    ? child(node, 'expression')
    : null
  return inner && isNode(inner) ? unwrapped(inner) : node
}

/** Evaluates an expression with operators. Every other expression is unknown, without access to rows. */
function operation(m: Machine, node: Node, scope: Environment): Value {
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
