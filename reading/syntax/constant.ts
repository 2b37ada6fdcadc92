import { bindingOf, FUNCTION } from './binding.js'
import { bare, isNumberMaker } from './origin.js'
import { calledMember, isCall, nameOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

/** Returns whether a value is constant in the code, so that no client can influence it. */
export function isConstant(node: Node | null, parents: readonly Node[], depth = 0): boolean {
  const value = bare(node)
  if (!value || depth > 8) return false
  const again = (one: Node | null) => isConstant(one, parents, depth + 1)
  switch (value.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
    case 'UpdateExpression':
      return true
    case 'TemplateLiteral':
      return isPlaceholder(value, parents, depth)
    case 'SpreadElement':
      return again(child(value, 'argument'))
    case 'BinaryExpression':
      // Arithmetic yields numbers, but `+` may concatenate texts.
      return value.operator !== '+' || (again(child(value, 'left')) && again(child(value, 'right')))
    case 'UnaryExpression':
      return true
    case 'LogicalExpression':
      return again(child(value, 'left')) && again(child(value, 'right'))
    case 'ConditionalExpression':
      return again(child(value, 'consequent')) && again(child(value, 'alternate'))
    case 'ArrayExpression':
      return children(value, 'elements').every((one) => again(one))
    case 'ObjectExpression':
      return children(value, 'properties').every((one) => again(child(one, 'value')))
    case 'Identifier':
      return isConstantName(nameOf(value)!, parents, depth)
    case 'MemberExpression':
    case 'OptionalMemberExpression': {
      const name = nameOf(child(value, 'property'))
      if (name && !value.computed && /^(length|size|rowCount)$/.test(name)) return true
      if (isOfEnvironment(value)) return true
      if (name && child(value, 'object')?.type === 'ThisExpression')
        return isConstantField(name, parents, depth)
      return again(child(value, 'object'))
    }
    case 'CallExpression':
    case 'OptionalCallExpression':
      return isConstantCall(value, parents, depth)
    default:
      return false
  }
}

function isConstantCall(call: Node, parents: readonly Node[], depth: number): boolean {
  const given = children(call, 'arguments')
  const callee = nameOf(child(call, 'callee'))
  const member = calledMember(call)
  if (callee && isNumberMaker(callee)) return true
  const name = callee ?? member?.name ?? ''
  // Functions that quote values for SQL, in any library, or return numbers.
  if (
    /^(escape(Identifier|Literal|Id)?|quote(Ident(ifier)?|Literal|Table|d)?|format|ident(ifier)?|toFixed|now|getTime)$/i.test(
      name,
    )
  )
    return true
  // The exports of a module exist before any request.
  if (callee === 'require') return true
  if (member && nameOf(member.of) === 'Object' && /^(keys|values|entries)$/.test(name))
    return isConstant(given[0] ?? null, parents, depth + 1)
  if (/^(raw|sql)$/.test(name)) return given.every((one) => isConstant(one, parents, depth + 1))
  if (callee) return returnsConstants(bindingOf(callee, parents)?.init ?? null, parents, depth)
  if (!member) return false
  if (
    /^(join|trim|concat|toLowerCase|toUpperCase|toString|slice|filter|repeat|fill|reverse|sort)$/.test(
      member.name,
    )
  )
    return isConstant(member.of, parents, depth + 1)
  if (member.name !== 'map') return false
  // `ids.map((_, i) => `$${i + 1}`)`: whatever the list holds, the result contains only positions.
  const body = child(given[0] ?? null, 'body')
  return (
    body !== null &&
    body.type !== 'BlockStatement' &&
    isPlaceholder(body, [given[0]!, call, ...parents], depth)
  )
}

/** Returns whether every result of a function of the file is constant, whatever it is given. */
function returnsConstants(made: Node | null, parents: readonly Node[], depth: number): boolean {
  if (!made || !FUNCTION.test(made.type) || made.async || made.generator) return false
  const body = child(made, 'body')
  if (body?.type !== 'BlockStatement') return isConstant(body, [made, ...parents], depth + 1)
  const given: [Node | null, readonly Node[]][] = []
  traverse(body, (node, around) => {
    const own = around.every(({ type }) => !FUNCTION.test(type))
    if (own && node.type === 'ReturnStatement')
      given.push([child(node, 'argument'), [...around, made, ...parents]])
  })
  return given.length > 0 && given.every(([value, around]) => isConstant(value, around, depth + 1))
}

/** Returns whether a node yields placeholders such as `$1` or `?`, or a constant. */
function isPlaceholder(node: Node, parents: readonly Node[], depth: number): boolean {
  if (node.type !== 'TemplateLiteral') return isConstant(node, parents, depth + 1)
  const parts = children(node, 'quasis').map((part) => (part.value as { cooked: string }).cooked)
  return children(node, 'expressions').every(
    (one, at) => parts[at]!.endsWith('$') || isConstant(one, parents, depth + 1),
  )
}

function isConstantName(name: string, parents: readonly Node[], depth: number): boolean {
  if (/^[A-Z][A-Z0-9_]+$/.test(name)) return true
  if (isChecked(name, parents)) return true
  const binding = bindingOf(name, parents)
  if (!binding || binding.parameter) return false
  if (/^Import/.test(binding.init?.type ?? '')) return true
  if (binding.init && !isConstant(binding.init, parents, depth + 1)) return false
  if (binding.property && !binding.init) return false
  return changesOf(name, parents).every(([value, around]) => isPlaceholder(value, around, depth + 1))
}

/** Returns whether a name is checked against a constant list: `COLUMNS.includes(sort)`. */
function isChecked(name: string, parents: readonly Node[]): boolean {
  const scope = parents.find(({ type }) => FUNCTION.test(type))
  let checked = false
  if (scope)
    traverse(scope, (node, around) => {
      const member = isCall(node) ? calledMember(node) : null
      if (!member || !/^(includes|has|hasOwnProperty|indexOf|hasOwn)$/.test(member.name)) return
      if (!children(node, 'arguments').some((one) => one.type === 'Identifier' && nameOf(one) === name))
        return
      checked ||= isConstant(member.of, [...around, ...parents.slice(parents.indexOf(scope))], 6)
    })
  return checked
}

/** Returns whether every value assigned to a field of the surrounding class is constant. */
function isConstantField(name: string, parents: readonly Node[], depth: number): boolean {
  const owner = parents.find(({ type }) => /^Class(Declaration|Expression)$/.test(type))
  const values: [Node | null, readonly Node[]][] = []
  if (owner)
    traverse(owner, (node, around) => {
      const left = node.type === 'AssignmentExpression' ? child(node, 'left') : null
      if (child(left, 'object')?.type === 'ThisExpression' && nameOf(child(left, 'property')) === name)
        values.push([child(node, 'right'), [...around, ...parents.slice(parents.indexOf(owner) + 1)]])
      if (
        /^Class(Private)?Property$/.test(node.type) &&
        nameOf(child(node, 'key')) === name &&
        child(node, 'value')
      )
        values.push([child(node, 'value'), around])
    })
  return values.length > 0 && values.every(([value, around]) => isConstant(value, around, depth + 1))
}

/**
 * Returns every value that is assigned to a name, added to it or pushed into it, in the functions around a
 * place.
 */
function changesOf(name: string, parents: readonly Node[]): [Node, readonly Node[]][] {
  const at = parents.findLastIndex((one) => FUNCTION.test(one.type))
  const scope = at < 0 ? parents.at(-1) : parents[at]
  const found: [Node, readonly Node[]][] = []
  if (scope)
    traverse(
      scope,
      (node, around) => {
        if (node.type === 'AssignmentExpression' && nameOf(child(node, 'left')) === name)
          found.push([child(node, 'right')!, around])
        const member = isCall(node) ? calledMember(node) : null
        if (member && /^(push|unshift|concat)$/.test(member.name) && nameOf(member.of) === name)
          for (const one of children(node, 'arguments')) found.push([one, around])
      },
      at < 0 ? [] : parents.slice(at + 1),
    )
  return found
}

function isOfEnvironment(node: Node): boolean {
  const of = child(node, 'object')
  if (nameOf(of) === 'process' || /^(config|settings|env)$/i.test(nameOf(of) ?? '')) return true
  return of?.type === 'MemberExpression' && isOfEnvironment(of)
}
