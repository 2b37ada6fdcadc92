import { FUNCTION } from '../syntax/binding.js'
import { nameOf, textOf } from '../syntax/syntax.js'
import { child, children, type Node, traverse } from '../syntax/tree.js'

/** Returns whether a handler only answers a text that it holds, whatever the request: `res.json('hello')`. */
export function answersFixed(handler: Node): boolean {
  if (!FUNCTION.test(handler.type)) return false
  const [request, response] = children(handler, 'params').map(nameOf)
  const known = new Set(response ? [response] : [])
  traverse(handler, (node) => {
    const name = node.type === 'VariableDeclarator' ? nameOf(child(node, 'id')) : null
    if (name && name !== request && textOf(child(node, 'init')) !== null) known.add(name)
  })
  let fixed = true
  traverse(child(handler, 'body')!, (node, [parent]) => {
    if (node.type !== 'Identifier') return
    const isKey =
      !!parent &&
      !parent.computed &&
      (child(parent, 'property') === node || (child(parent, 'key') === node && !parent.shorthand))
    if (!isKey && !known.has(nameOf(node)!)) fixed = false
  })
  return fixed
}
