import { nameOf } from '../syntax/syntax.js'
import { child, children, type Node } from '../syntax/tree.js'
import { typedValue } from './by-type.js'
import { Environment } from './environment.js'
import type { Machine } from './machine.js'
import {
  type CallSite,
  type ClassValue,
  either,
  type FunctionValue,
  isUndefined,
  listValue,
  type ObjectValue,
  OPAQUE,
  object,
  UNDEFINED,
  type Value,
} from './values.js'

/** The deepest call stack that is followed. Recursive calls are followed to a depth of three. */
const DEEPEST = 60

export function makeFunction(node: Node, scope: Environment, self: Value | null = null): FunctionValue {
  return { kind: 'function', node, scope, self, given: [] }
}

/** Calls a function with the given arguments and returns its result. */
export function callFunction(
  m: Machine,
  callee: FunctionValue,
  self: Value | null,
  args: Value[],
  site: CallSite,
): Value {
  const { node } = callee
  const inner = m.stack.filter((one) => one === node).length
  if (inner > 2 || m.stack.length > DEEPEST) {
    if (m.stack.length > DEEPEST) m.open(site, 'calls are nested too deep')
    return OPAQUE
  }
  const scope = new Environment(callee.scope.file, callee.scope)
  const all = [...callee.given, ...args]
  if (node.type !== 'ArrowFunctionExpression') {
    scope.declare('this', callee.self ?? self ?? UNDEFINED, m.depth)
    scope.declare('arguments', listValue(all, m.depth), m.depth)
  }
  scope.declare('return', UNDEFINED, m.depth)
  const before = m.depth
  m.stack.push(node)
  try {
    parameters(m, node, all, scope)
    const body = child(node, 'body')
    if (body?.type !== 'BlockStatement') return m.evaluate(body, scope)
    m.run(children(body, 'body'), scope)
    return scope.read('return') ?? UNDEFINED
  } finally {
    m.stack.pop()
    m.depth = before
  }
}

function parameters(m: Machine, node: Node, args: Value[], scope: Environment): void {
  children(node, 'params').forEach((parameter, at) => {
    if (parameter.type === 'RestElement') {
      m.bind(parameter, listValue(args.slice(at), m.depth), scope, true)
      return
    }
    const given = args[at] ?? UNDEFINED
    const typed = isUndefined(given) || given.kind === 'unknown' ? typedValue(m, parameter, scope) : null
    m.bind(parameter, typed ?? given, scope, true)
    const self = parameter.type === 'TSParameterProperty' ? scope.read('this') : null
    const name = self ? nameOf(innerOf(child(parameter, 'parameter'))) : null
    if (self && name) m.set(self, name, scope.read(name) ?? UNDEFINED)
  })
}

const innerOf = (parameter: Node | null) =>
  parameter?.type === 'AssignmentPattern' ? child(parameter, 'left') : parameter

export function makeClass(m: Machine, node: Node, outer: Environment): ClassValue {
  const scope = new Environment(outer.file, outer)
  const name = nameOf(child(node, 'id'))
  const above = child(node, 'superClass')
  const made: ClassValue = {
    kind: 'class',
    node,
    name,
    scope,
    parent: above ? m.evaluate(above, outer) : null,
  }
  if (name) scope.declare(name, made, m.depth)
  scope.declare('this', made, m.depth)
  if (made.parent) scope.declare('super', made.parent, m.depth)
  for (const member of membersOf(made)) {
    if (member.type === 'StaticBlock') m.run(children(member, 'body'), scope)
    else if (member.static && /Property$/.test(member.type))
      m.set(made, memberName(member), m.evaluate(child(member, 'value'), scope))
  }
  return made
}

const membersOf = ({ node }: ClassValue) => children(child(node, 'body'), 'body')

const memberName = (member: Node) => {
  const key = child(member, 'key')
  return key?.type === 'PrivateName' ? `#${nameOf(child(key, 'id')) ?? ''}` : nameOf(key)
}

/** Returns a method, getter or setter of a class or of its parent classes. */
export function methodOf(
  of: ClassValue,
  name: string,
  isStatic: boolean,
  kind: 'method' | 'get' | 'set',
): FunctionValue | null {
  for (const member of membersOf(of)) {
    if (!/Method$/.test(member.type) || Boolean(member.static) !== isStatic) continue
    if (memberName(member) === name && member.kind === kind)
      return makeFunction(member, methodScope(of, isStatic))
  }
  return of.parent?.kind === 'class' ? methodOf(of.parent, name, isStatic, kind) : null
}

/**
 * Returns the scope of a method. In an instance method, `super` has the members that instances of the parent
 * class have.
 */
function methodScope(of: ClassValue, isStatic: boolean): Environment {
  if (isStatic || of.parent?.kind !== 'class') return of.scope
  const scope = new Environment(of.scope.file, of.scope)
  const above: ObjectValue = { ...object(), of: of.parent }
  scope.declare('super', above, 0)
  return scope
}

/**
 * Creates an instance. Fields are set before the constructor runs, and those of the parent class come first.
 */
export function makeInstance(m: Machine, of: ClassValue, args: Value[], site: CallSite): ObjectValue {
  const self: ObjectValue = { ...object([], m.depth), of }
  if (m.stack.filter((one) => one === of.node).length > 2) return self
  m.stack.push(of.node)
  try {
    initialiseObject(m, of, self, args, site)
  } finally {
    m.stack.pop()
  }
  return self
}

export function initialiseObject(
  m: Machine,
  of: ClassValue,
  self: Value,
  args: Value[],
  site: CallSite,
): void {
  const maker = membersOf(of).find((member) => member.kind === 'constructor')
  if (!maker && of.parent?.kind === 'class') initialiseObject(m, of.parent, self, args, site)
  const fields = new Environment(of.scope.file, of.scope)
  fields.declare('this', self, m.depth)
  const setFields = () => {
    for (const member of membersOf(of)) {
      if (member.static || !/^Class(Private|Accessor)?Property$/.test(member.type)) continue
      const typed = child(member, 'value') ? null : typedValue(m, member, fields)
      const value = typed ?? m.evaluate(child(member, 'value'), fields)
      if (child(member, 'value') || typed) m.set(self, memberName(member), value)
    }
  }
  setFields()
  if (!maker) return
  const scope = new Environment(of.scope.file, of.scope)
  if (of.parent) scope.declare('super', of.parent, m.depth)
  callFunction(m, makeFunction(maker, scope), self, args, site)
  // A field may depend on the constructor's arguments.
  setFieldsAgain(m, of, self, fields)
}

/**
 * Sets the fields again if the constructor has parameter properties, which TypeScript sets before fields use
 * them.
 */
function setFieldsAgain(m: Machine, of: ClassValue, self: Value, fields: Environment): void {
  const maker = membersOf(of).find((member) => member.kind === 'constructor')
  if (!children(maker ?? null, 'params').some(({ type }) => type === 'TSParameterProperty')) return
  for (const member of membersOf(of))
    if (!member.static && /^Class(Private)?Property$/.test(member.type) && child(member, 'value'))
      m.set(self, memberName(member), m.evaluate(child(member, 'value'), fields))
}

/** Binds a function to `this` and to its first arguments. */
export function bound(callee: Value, self: Value, given: Value[]): Value {
  if (callee.kind === 'either') return either(callee.of.map((one) => bound(one, self, given)))
  return callee.kind === 'function'
    ? { ...callee, self: callee.self ?? self, given: [...callee.given, ...given] }
    : callee
}
