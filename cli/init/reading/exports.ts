import type { Source } from '../../../reading/syntax/sources.js'
import { nameOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../../reading/syntax/tree.js'

/** Under which name a module gives something away: `module.exports` itself, the default, or a name. */
export type ExportName = { kind: 'whole' } | { kind: 'default' } | { kind: 'named'; name: string }

/** What a module exports, with the local name or the expression it is. */
export interface Exported {
  as: ExportName
  /** the local name; null: an expression */
  local: string | null
  node: Node
}

export function exportsOf({ tree }: Source): Exported[] {
  const found: Exported[] = []
  const add = (as: ExportName, node: Node | null) => {
    if (node) found.push({ as, local: nameOf(node), node })
  }
  traverse(tree, (node) => {
    if (node.type === 'ExportDefaultDeclaration') {
      const declared = child(node, 'declaration')
      add({ kind: 'default' }, child(declared, 'id') ?? declared)
    }
    if (node.type === 'ExportNamedDeclaration') named(node, found)
    if (node.type !== 'AssignmentExpression') return
    const [left, right] = [child(node, 'left'), child(node, 'right')]
    if (isModuleExports(left)) {
      if (right?.type !== 'ObjectExpression') return add({ kind: 'whole' }, chained(right))
      for (const property of children(right, 'properties')) {
        const name = nameOf(child(property, 'key'))
        if (name) add({ kind: 'named', name }, child(property, 'value'))
      }
    } else if (left?.type === 'MemberExpression') {
      const of = child(left, 'object')
      const name = nameOf(child(left, 'property'))
      if (name && (nameOf(of) === 'exports' || isModuleExports(of))) add({ kind: 'named', name }, right)
    }
  })
  return found
}

function named(node: Node, found: Exported[]): void {
  const declared = child(node, 'declaration')
  for (const one of declared ? [declared, ...children(declared, 'declarations')] : []) {
    const id = child(one, 'id')
    const name = nameOf(id)
    if (id && name) found.push({ as: { kind: 'named', name }, local: name, node: id })
  }
  for (const one of children(node, 'specifiers')) {
    const name = nameOf(child(one, 'exported'))
    const local = child(one, 'local')
    if (name && local)
      found.push({
        as: name === 'default' ? { kind: 'default' } : { kind: 'named', name },
        local: nameOf(local),
        node: local,
      })
  }
}

/** `module.exports = exports = app`. */
function chained(node: Node | null): Node | null {
  return node?.type === 'AssignmentExpression' ? chained(child(node, 'right')) : node
}

function isModuleExports(node: Node | null): boolean {
  return (
    node?.type === 'MemberExpression' &&
    nameOf(child(node, 'object')) === 'module' &&
    nameOf(child(node, 'property')) === 'exports'
  )
}
