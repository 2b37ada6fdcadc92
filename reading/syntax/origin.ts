import { bindingOf } from './binding.js'
import { calledMember, isCall, nameOf, textOf } from './syntax.js'
import { child, children, type Node } from './tree.js'

const REQUEST = /^_?(req|request|ctx|context)$/i
const FROM_CLIENT = /^(body|query|params|headers|cookies|files?|param)$/
const UNWRAPPED =
  /^(TSAsExpression|TSNonNullExpression|TSTypeAssertion|TSSatisfiesExpression|AwaitExpression|ParenthesizedExpression)$/
const MAKES_NUMBERS = /^(Number|parseInt|parseFloat|BigInt)$/

/** Returns whether a function always returns a number. */
export const isNumberMaker = (name: string) => MAKES_NUMBERS.test(name)

/**
 * Returns the part of the request that a value comes from, or null: `body.user_id` for `req.body.user_id`.
 */
export function requestPart(node: Node | null, parents: readonly Node[], depth = 0): string | null {
  const value = bare(node)
  if (!value || depth > 6) return null
  const again = (one: Node | null) => requestPart(one, parents, depth + 1)
  switch (value.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression': {
      const of = bare(child(value, 'object'))
      const name = nameOf(child(value, 'property')) ?? '…'
      if (of?.type === 'Identifier' && REQUEST.test(nameOf(of)!)) return FROM_CLIENT.test(name) ? name : null
      if (/^(length|size)$/.test(name)) return null
      // `ctx.request.body`: a context that holds the request.
      const outer = /^(Optional)?MemberExpression$/.test(of?.type ?? '')
        ? nameOf(child(of, 'property'))
        : null
      if (outer && REQUEST.test(outer) && FROM_CLIENT.test(name)) return name
      const inside = again(of)
      return inside === null ? null : `${inside}.${name}`
    }
    case 'Identifier': {
      const binding = bindingOf(nameOf(value)!, parents)
      if (!binding?.init) return null
      const inside = again(binding.init)
      if (inside !== null) return binding.property ? `${inside}.${binding.property}` : inside
      // `({ body }, res) => …` and `const { body } = req`
      const of = bare(binding.init)
      const whole = of?.type === 'Identifier' && REQUEST.test(nameOf(of)!)
      return whole && binding.property && FROM_CLIENT.test(binding.property) ? binding.property : null
    }
    case 'LogicalExpression':
      return again(child(value, 'left')) ?? again(child(value, 'right'))
    case 'ConditionalExpression':
      return again(child(value, 'consequent')) ?? again(child(value, 'alternate'))
    case 'CallExpression':
    case 'OptionalCallExpression': {
      const member = calledMember(value)
      if (member && /^(trim|toString|toLowerCase|toUpperCase|slice|split|replace|join)$/.test(member.name))
        return again(member.of)
      const callee = nameOf(child(value, 'callee'))
      return callee && (MAKES_NUMBERS.test(callee) || callee === 'String')
        ? again(children(value, 'arguments')[0] ?? null)
        : null
    }
    default:
      return null
  }
}

/** Removes casts, `await` and brackets from an expression. */
export function bare(node: Node | null): Node | null {
  if (!node) return null
  return UNWRAPPED.test(node.type) ? bare(child(node, 'expression') ?? child(node, 'argument')) : node
}

/** Returns the text of a literal, also by a name: `secret` of `const secret = 'x'`. */
export function textThrough(node: Node | null, parents: readonly Node[]): string | null {
  const value = bare(node)
  if (value?.type !== 'Identifier') return textOf(value)
  return textOf(bare(bindingOf(nameOf(value)!, parents)?.init ?? null))
}

/** Returns how a report spells an expression: `req.query.sort`, `order()`; `…` for longer ones. */
export function spelled(node: Node | null): string {
  const value = bare(node)
  if (!value) return '…'
  if (value.type === 'ThisExpression') return 'this'
  if (/^(Optional)?MemberExpression$/.test(value.type)) {
    const key = child(value, 'property')
    return `${spelled(child(value, 'object'))}${value.computed ? `[${spelled(key)}]` : `.${nameOf(key) ?? '…'}`}`
  }
  if (isCall(value))
    return `${spelled(child(value, 'callee'))}(${children(value, 'arguments').map(spelled).join(', ')})`
  if (value.type === 'SpreadElement') return `...${spelled(child(value, 'argument'))}`
  return value.type === 'Identifier'
    ? nameOf(value)!
    : value.type.endsWith('Literal')
      ? JSON.stringify(value.value ?? '…')
      : '…'
}
