import { FUNCTION } from './binding.js'
import { isCall, nameOf, propertiesOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

/** Returns the names of the variables that a module exports, as a whole or by name. */
export function givenAsWhole(tree: Node): Set<string> {
  const names = new Set<string>()
  const add = (node: Node | null) => {
    if (node?.type === 'Identifier') names.add(nameOf(node)!)
    if (node?.type === 'MemberExpression') names.add(rootName(node))
  }
  traverse(tree, (node) => {
    if (node.type === 'ExportDefaultDeclaration') add(child(node, 'declaration'))
    const left = node.type === 'AssignmentExpression' ? child(node, 'left') : null
    if (left && nameOf(child(left, 'object')) === 'module' && nameOf(child(left, 'property')) === 'exports') {
      add(child(node, 'right'))
      for (const { value } of propertiesOf(child(node, 'right'))) add(value)
    }
    if (node.type === 'ExportNamedDeclaration')
      for (const one of [
        ...children(child(node, 'declaration'), 'declarations'),
        ...children(node, 'specifiers'),
      ])
        add(child(one, 'id') ?? child(one, 'local'))
  })
  return names
}

/** Returns the parameters of the function that a module exports. */
export function parametersOfWhole(tree: Node): string[] {
  let found: string[] = []
  const names = givenAsWhole(tree)
  traverse(tree, (node, [parent]) => {
    if (!FUNCTION.test(node.type)) return
    const left = parent?.type === 'AssignmentExpression' ? child(parent, 'left') : null
    const whole = nameOf(child(left, 'object')) === 'module' || parent?.type === 'ExportDefaultDeclaration'
    const name = nameOf(child(node, 'id')) ?? nameOf(child(parent ?? null, 'id'))
    if (whole || (name && names.has(name))) found = children(node, 'params').map((one) => nameOf(one) ?? '')
  })
  return found
}

/** Returns the leftmost name of an expression: `notes` of `notes.list()`, `this.app` of `this.app.get()`. */
export function rootName(node: Node): string {
  if (isCall(node)) return rootName(child(node, 'callee')!)
  if (node.type === 'ThisExpression') return 'this'
  const object = child(node, 'object')
  if (!object) return nameOf(node) ?? ''
  return object.type === 'ThisExpression' ? `this.${nameOf(child(node, 'property')) ?? ''}` : rootName(object)
}
