import { UNHOOKED_LIBRARIES } from '../../src/phases/6-isolation/drivers/unhooked-libraries.js'
import type { Source } from '../syntax/sources.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

/** Whose handle `init` gives to `scope()`, or else refuses. */
const SCOPED = '@prisma/client'

/** A place that loads a library no hook reaches: from phase 6 the start refuses it. */
export interface UnhookedPlace {
  at: string
  /** some versions of it can be hooked */
  isSometimes: boolean
  /** in words, with what to use instead */
  what: string
}

/** Finds each place that loads a library no hook reaches. */
export function findUnhooked(sources: readonly Source[]): UnhookedPlace[] {
  return sources.flatMap(({ file, tree }) => {
    const found: UnhookedPlace[] = []
    traverse(tree, (node, parents) => {
      const loaded = unhookedAt(node, parents)
      if (loaded) found.push({ at: locate(file, node), ...loaded })
    })
    return found
  })
}

/** What a node loads, if no hook reaches it: `import postgres from 'postgres'`, `require('drizzle-orm/postgres-js')`. */
export function unhookedAt(
  node: Node,
  parents: readonly Node[],
): Pick<UnhookedPlace, 'isSometimes' | 'what'> | null {
  const module = moduleLoadedAt(node, parents)
  if (module === null) return null
  const library = UNHOOKED_LIBRARIES.find(
    ({ name, loadedBy = [] }) => name !== SCOPED && (name === module || loadedBy.includes(module)),
  )
  if (!library) return null
  const { name, why, fix, isRefused } = library
  const subject = name === module ? name : `${module} is over ${name}, which`
  return {
    isSometimes: isRefused !== undefined,
    what: `${subject} ${why}: from phase 6 the start refuses it. ${fix}`,
  }
}

/** Returns the module that a text names where it is loaded; null: it is another text, or a type alone is taken. */
export function moduleLoadedAt(node: Node, [parent]: readonly Node[]): string | null {
  return node.type === 'StringLiteral' && parent && isLoading(parent) ? String(node.value) : null
}

/** An import or export of values, `require` or `import()`. A type alone loads nothing. */
function isLoading(parent: Node): boolean {
  if (parent.type === 'CallExpression') {
    const callee = child(parent, 'callee')
    return callee?.type === 'Import' || callee?.name === 'require'
  }
  if (!/^(?:Import|Export)/.test(parent.type)) return false
  if (parent.importKind === 'type' || parent.exportKind === 'type') return false
  const named = children(parent, 'specifiers')
  return (
    named.length === 0 || named.some(({ importKind, exportKind }) => (importKind ?? exportKind) !== 'type')
  )
}
