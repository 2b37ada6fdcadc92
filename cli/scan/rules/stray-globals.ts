import { bindingOf, FUNCTION } from '../../../reading/syntax/binding.js'
import { bare } from '../../../reading/syntax/origin.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { nameOf } from '../../../reading/syntax/syntax.js'
import { child, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import type { ScanFinding } from '../kinds.js'

const GIVEN = new Set(['module', 'exports', 'global', 'globalThis', 'process'])

/** `rows = await query(…)` without a declaration: one variable of the whole process, that all requests share. */
export function strayGlobals({ file, tree }: Source): ScanFinding[] {
  const others = namedOtherwise(tree)
  if (!others) return []
  const found: ScanFinding[] = []
  traverse(tree, (node, parents) => {
    const left = node.type === 'AssignmentExpression' && node.operator === '=' ? child(node, 'left') : null
    const name = left?.type === 'Identifier' ? nameOf(left)! : null
    if (!name || GIVEN.has(name) || others.has(name) || !parents.some(({ type }) => FUNCTION.test(type)))
      return
    const value = child(node, 'right')
    if (!/^(AwaitExpression|CallExpression|MemberExpression)$/.test(value?.type ?? '')) return
    if (nameOf(child(bare(value), 'callee')) === 'require' || bindingOf(name, parents)) return
    const what = `${name} is declared nowhere: one for the whole process`
    found.push({ kind: 'module-cache', at: locate(file, node), what })
  })
  return found
}

/** Names of functions, classes and caught errors; null: a module, in which an undeclared name is an error. */
function namedOtherwise(tree: Node): Set<string> | null {
  const names = new Set<string>()
  let module = false
  traverse(tree, (node) => {
    if (/^(Import|Export\w+)Declaration$/.test(node.type)) module = true
    const name = /^(Function|Class)/.test(node.type)
      ? child(node, 'id')
      : node.type === 'CatchClause'
        ? child(node, 'param')
        : null
    if (name) names.add(nameOf(name) ?? '')
  })
  return module ? null : names
}
