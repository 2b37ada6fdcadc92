import { bindingOf, FUNCTION, isFixed } from './binding.js'
import { isConstant } from './constant.js'
import type { Source } from './sources.js'
import { isCall, isMemberAccess, nameOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

/**
 * Returns whether a name is a parameter to which every call of its function gives a constant. The function is looked for by its
 * name in all of the sources, so a use that is not a call, or a call of another function of that name, makes the answer false.
 */
export function isGivenConstants(node: Node, parents: readonly Node[], sources: readonly Source[]): boolean {
  const name = node.type === 'Identifier' ? nameOf(node)! : null
  const binding = name === null ? null : bindingOf(name, parents)
  if (!name || !binding?.parameter || binding.property || !isFixed(name, parents)) return false
  const inside = parents.findIndex(
    (one) => FUNCTION.test(one.type) && children(one, 'params').some((given) => nameOf(given) === name),
  )
  if (inside < 0) return false
  const position = children(parents[inside]!, 'params').findIndex((given) => nameOf(given) === name)
  const called = functionName(parents.slice(inside))
  if (called === null) return false
  let calls = 0
  let others = 0
  for (const { tree } of sources)
    traverse(tree, (one, around) => {
      if (one.type !== 'Identifier' || one.name !== called || isDeclaring(one, around)) return
      const call = callOf(one, around)
      const given = call && children(call.node, 'arguments')
      if (given?.[position] && isConstant(given[position], call!.parents)) calls++
      else others++
    })
  return calls > 0 && others === 0
}

/** `function count()`, `const count = () =>`, `exports.count =`, `{ count() }` and `{ count: () => }` */
function functionName([made, holder]: readonly Node[]): string | null {
  const own = nameOf(child(made!, 'id')) ?? nameOf(child(made!, 'key'))
  if (own || !holder) return own
  if (holder.type === 'VariableDeclarator') return nameOf(child(holder, 'id'))
  if (holder.type === 'ObjectProperty' || holder.type === 'ClassProperty')
    return holder.computed ? null : nameOf(child(holder, 'key'))
  return holder.type === 'AssignmentExpression' ? nameOf(child(child(holder, 'left'), 'property')) : null
}

/** Whether a name is declared, loaded under the same name, or given to other files there. */
function isDeclaring(node: Node, [parent, above, ...further]: readonly Node[]): boolean {
  if (!parent) return false
  if (child(parent, 'id') === node) return true
  if (/^(?:Import|Export)\w*Specifier$/.test(parent.type))
    return ['imported', 'local', 'exported'].every(
      (field) => !child(parent, field) || nameOf(child(parent, field)) === node.name,
    )
  if (isMemberAccess(parent) && child(parent, 'property') === node)
    return above?.type === 'AssignmentExpression' && child(above, 'left') === parent
  if (/^(?:Object|Class)(?:Property|Method)$/.test(parent.type)) {
    const isKey = child(parent, 'key') === node && !parent.shorthand
    if (isKey) return !parent.computed && (above?.type !== 'ObjectPattern' || child(parent, 'value') === node)
    // `const { count } = require('./db')`, `module.exports = { count }`
    const isGiven =
      further[0] !== undefined && nameOf(child(child(further[0], 'left'), 'object')) === 'module'
    return parent.shorthand === true && (above?.type === 'ObjectPattern' || isGiven)
  }
  return false
}

/** The call whose function a name is: `count(…)`, `db.count(…)`. */
function callOf(node: Node, parents: readonly Node[]): { node: Node; parents: readonly Node[] } | null {
  const [parent, above] = parents
  if (parent && isCall(parent) && child(parent, 'callee') === node)
    return { node: parent, parents: parents.slice(1) }
  const isMember = parent && isMemberAccess(parent) && !parent.computed && child(parent, 'property') === node
  return isMember && above && isCall(above) && child(above, 'callee') === parent
    ? { node: above, parents: parents.slice(2) }
    : null
}
