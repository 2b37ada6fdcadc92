import { FUNCTION } from '../../inventory/binding.js'
import { bare } from '../../inventory/origin.js'
import type { Source } from '../../inventory/sources.js'
import { nameOf } from '../../inventory/syntax.js'
import { child, children, isNode, locate, type Node, traverse } from '../../inventory/tree.js'
import type { Finding } from '../kinds.js'

/** `rows = await query(…)` without a declaration: one variable of the whole process, that all requests share. */
export function strayGlobals({ file, tree }: Source): Finding[] {
  const declared = declaredIn(tree)
  if (!declared) return []
  const found = new Map<string, Finding>()
  traverse(tree, (node, parents) => {
    const left = node.type === 'AssignmentExpression' && node.operator === '=' ? child(node, 'left') : null
    const name = left?.type === 'Identifier' ? nameOf(left)! : null
    if (!name || declared.has(name) || !parents.some(({ type }) => FUNCTION.test(type))) return
    if (!/^(AwaitExpression|CallExpression|MemberExpression)$/.test(child(node, 'right')?.type ?? '')) return
    if (/^require$/.test(nameOf(child(bare(child(node, 'right')), 'callee')) ?? '')) return
    if (!found.has(name))
      found.set(name, {
        kind: 'module-cache',
        at: locate(file, node),
        what: `${name} is declared nowhere: one for the whole process`,
      })
  })
  return [...found.values()]
}

/** Every name that a file declares anywhere; null: a module, in which an undeclared one is an error. */
function declaredIn(tree: Node): Set<string> | null {
  const names = new Set(['module', 'exports', 'global', 'globalThis', 'process'])
  let module = false
  const add = (pattern: Node | null) => {
    if (!pattern) return
    if (pattern.type === 'Identifier') names.add(nameOf(pattern)!)
    for (const field of ['left', 'argument', 'parameter']) add(child(pattern, field))
    for (const one of children(pattern, 'elements')) if (isNode(one)) add(one)
    for (const one of children(pattern, 'properties')) add(child(one, 'value') ?? one)
  }
  traverse(tree, (node) => {
    if (/^(Import|Export\w+)Declaration$/.test(node.type)) module = true
    if (/^(VariableDeclarator|FunctionDeclaration|FunctionExpression|ClassDeclaration)$/.test(node.type))
      add(child(node, 'id'))
    for (const parameter of children(node, 'params')) add(parameter)
    if (node.type === 'CatchClause') add(child(node, 'param'))
  })
  return module ? null : names
}
