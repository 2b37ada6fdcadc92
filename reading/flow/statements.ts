import { nameOf } from '../syntax/syntax.js'
import { child, children, type Node } from '../syntax/tree.js'
import { iterated } from './collections.js'
import { Environment } from './environment.js'
import { makeFunction } from './functions.js'
import type { Machine } from './machine.js'
import { allValues, either, isUndefined, OPAQUE, object, textValue, UNDEFINED, type Value } from './values.js'

/** Runs statements in order. Returns true if the statements after them are not reached. */
export function runStatements(m: Machine, nodes: readonly Node[], scope: Environment): boolean {
  for (const node of nodes) hoist(m, node, scope)
  for (const node of nodes) if (statement(m, node, scope)) return true
  return false
}

/** Declares functions before the code around them runs. */
function hoist(m: Machine, node: Node, scope: Environment): void {
  const inner = /^Export(Named|Default)Declaration$/.test(node.type) ? child(node, 'declaration') : node
  const name = inner?.type === 'FunctionDeclaration' ? nameOf(child(inner, 'id')) : null
  if (inner && name) scope.declare(name, makeFunction(inner, scope), m.depth)
}

function statement(m: Machine, node: Node, scope: Environment): boolean {
  m.track.lines.add(`${scope.file}:${node.loc.start.line}`)
  switch (node.type) {
    case 'ExpressionStatement':
      m.evaluate(child(node, 'expression'), scope)
      return false
    case 'VariableDeclaration':
      for (const one of children(node, 'declarations'))
        m.bind(child(one, 'id'), m.evaluate(child(one, 'init'), scope), scope, true)
      return false
    case 'ReturnStatement': {
      const value = m.evaluate(child(node, 'argument'), scope)
      scope.assign('return', either([...returned(scope), value]), 0)
      return true
    }
    case 'ThrowStatement':
      m.evaluate(child(node, 'argument'), scope)
      return true
    case 'BlockStatement':
      return block(m, node, inside(scope))
    case 'IfStatement': {
      m.evaluate(child(node, 'test'), scope)
      const [first, second] = [child(node, 'consequent'), child(node, 'alternate')]
      const ended = [first, second].map((one) => m.perhaps(() => block(m, one, inside(scope))))
      return second !== null && ended.every(Boolean)
    }
    case 'SwitchStatement':
      m.evaluate(child(node, 'discriminant'), scope)
      m.perhaps(() => {
        for (const one of children(node, 'cases')) m.run(children(one, 'consequent'), inside(scope))
      })
      return false
    case 'TryStatement':
      return attempt(m, node, scope)
    case 'ForOfStatement':
    case 'ForInStatement':
      loop(m, node, scope)
      return false
    case 'ForStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      conditionalLoop(m, node, inside(scope))
      return false
    case 'LabeledStatement':
      return m.run([child(node, 'body')!], scope)
    default:
      declare(m, node, scope)
      return false
  }
}

/** Runs declarations of classes, enums, imports and exports. */
function declare(m: Machine, node: Node, scope: Environment): void {
  switch (node.type) {
    case 'ClassDeclaration': {
      const name = nameOf(child(node, 'id'))
      const value = m.evaluate(node, scope)
      if (name) scope.declare(name, value, m.depth)
      return
    }
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      exported(m, node, scope)
      return
    case 'TSExportAssignment':
      m.set(scope.read('module') ?? UNDEFINED, 'exports', m.evaluate(child(node, 'expression'), scope))
      return
    case 'TSImportEqualsDeclaration': {
      const name = nameOf(child(node, 'id'))
      const module = nameOf(child(child(node, 'moduleReference'), 'expression'))
      if (name && module) scope.declare(name, m.required(module, scope.file), m.depth)
      return
    }
    case 'TSEnumDeclaration':
      scope.declare(nameOf(child(node, 'id')) ?? '', enumeration(m, node, scope), m.depth)
  }
}

const inside = (scope: Environment) => new Environment(scope.file, scope)

/** Runs a block, or the single statement in its place. Returns true if the code after it is not reached. */
const block = (m: Machine, one: Node | null, into: Environment): boolean =>
  one ? m.run(one.type === 'BlockStatement' ? children(one, 'body') : [one], into) : false

function attempt(m: Machine, node: Node, scope: Environment): boolean {
  const ended = block(m, child(node, 'block'), inside(scope))
  const handler = child(node, 'handler')
  const caught = inside(scope)
  if (handler)
    m.perhaps(() => {
      m.bind(child(handler, 'param'), OPAQUE, caught, true)
      block(m, child(handler, 'body'), caught)
    })
  block(m, child(node, 'finalizer'), inside(scope))
  return ended && handler === null
}

/** Runs the body of `for (…; …; …)`, `while` or `do` once, under a condition. */
function conditionalLoop(m: Machine, node: Node, around: Environment): void {
  const init = child(node, 'init')
  if (init) /Declaration$/.test(init.type) ? m.run([init], around) : m.evaluate(init, around)
  m.evaluate(child(node, 'test'), around)
  m.perhaps(() => block(m, child(node, 'body'), inside(around)))
}

function enumeration(m: Machine, node: Node, scope: Environment): Value {
  const members = children(node, 'members').length
    ? children(node, 'members')
    : children(child(node, 'body'), 'members')
  const entries = members.map((one): [string, Value] => [
    nameOf(child(one, 'id')) ?? '',
    child(one, 'initializer') ? m.evaluate(child(one, 'initializer'), scope) : OPAQUE,
  ])
  return object(entries)
}

const returned = (scope: Environment): Value[] => {
  const before = scope.read('return')
  return before && !isUndefined(before) ? [before] : []
}

function exported(m: Machine, node: Node, scope: Environment): void {
  const declaration = child(node, 'declaration')
  if (!declaration) return
  const isNamed = /^(Class|Function|Variable|TSEnum)Declaration$/.test(declaration.type)
  if (isNamed && declaration.type !== 'FunctionDeclaration') m.run([declaration], scope)
  if (node.type !== 'ExportDefaultDeclaration') return
  const name = isNamed ? nameOf(child(declaration, 'id')) : null
  scope.declare('export default', (name && scope.read(name)) || m.evaluate(declaration, scope), m.depth)
}

/** Runs the body once for each known item, and once under a condition for the unknown items. */
function loop(m: Machine, node: Node, scope: Environment): void {
  const right = iterated(m, m.evaluate(child(node, 'right'), scope), { node, scope })
  const left = child(node, 'left')
  const body = child(node, 'body')
  const once = (value: Value) => {
    const around = new Environment(scope.file, scope)
    const target =
      left?.type === 'VariableDeclaration' ? child(children(left, 'declarations')[0] ?? null, 'id') : left
    m.bind(target, value, around, left?.type === 'VariableDeclaration')
    block(m, body, around)
  }
  for (const one of allValues(right)) {
    if (node.type === 'ForInStatement') {
      if (one.kind === 'object') for (const key of one.properties.keys()) once(textValue(key))
      else m.perhaps(() => once(OPAQUE))
    } else if (one.kind === 'list') {
      for (const item of one.items) once(item)
      if (one.rest) m.perhaps(() => once(one.rest!))
    } else m.perhaps(() => once(one))
  }
}
