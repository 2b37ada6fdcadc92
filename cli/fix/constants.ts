import { join } from 'node:path'
import type { OwnerNames } from '../../reading/owners/owner-names.js'
import type { Source } from '../../reading/syntax/sources.js'
import { nameOf } from '../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../reading/syntax/tree.js'

/**
 * Names that hold the owner's id, file by file: `const USER_ID = 1`, `= Number(process.env.USER_ID || 1)`,
 * and imports of such a name from another file. A name that is declared twice or can be reassigned does not
 * count.
 */
export function ownerConstants(
  folder: string,
  sources: readonly Source[],
  names: OwnerNames,
): Map<string, Set<string>> {
  const declared = new Map(sources.map(({ file, tree }) => [file, declaredIn(tree, names)]))
  const byPath = new Map(sources.map(({ file }) => [join(folder, file), declared.get(file)!]))
  for (const { file, imports } of sources)
    for (const [local, { file: from, imported }] of imports)
      if (from && byPath.get(from)?.has(imported)) declared.get(file)!.add(local)
  return declared
}

function declaredIn(tree: Node, names: OwnerNames): Set<string> {
  const times = new Map<string, number>()
  traverse(tree, (node) => {
    const name = node.type === 'VariableDeclarator' ? nameOf(child(node, 'id')) : null
    if (name) times.set(name, (times.get(name) ?? 0) + 1)
  })
  const found = new Set<string>()
  for (const statement of children(tree, 'body')) {
    const declaration =
      statement.type === 'ExportNamedDeclaration' ? child(statement, 'declaration') : statement
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue
    for (const one of children(declaration, 'declarations')) {
      const name = nameOf(child(one, 'id'))
      if (name && names.isOwner(name) && times.get(name) === 1 && isOwnerId(child(one, 'init'), names))
        found.add(name)
    }
  }
  return found
}

/** `1`, `process.env.X || 1`, and either of them in Number(), parseInt() or String(). */
function isOwnerId(node: Node | null, names: OwnerNames): boolean {
  if (!node) return false
  if (names.isOwnerId(node)) return true
  if (node.type === 'LogicalExpression' && node.operator !== '&&')
    return isOwnerId(child(node, 'right'), names)
  if (
    node.type !== 'CallExpression' ||
    !/^(Number|parseInt|String)$/.test(nameOf(child(node, 'callee')) ?? '')
  )
    return false
  return isOwnerId(children(node, 'arguments')[0] ?? null, names)
}
