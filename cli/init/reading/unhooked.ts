import type { Source } from '../../../reading/syntax/sources.js'
import { child, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { UNHOOKED_LIBRARIES } from '../../../src/phases/6-isolation/drivers/unhooked-libraries.js'

/** Whose handle `init` gives to `scope()`, or else refuses. */
const SCOPED = '@prisma/client'

/** Names each place that loads a library no hook reaches: from phase 6 the start refuses it. */
export function findUnhooked(sources: readonly Source[]): string[] {
  return sources.flatMap(({ file, tree }) => {
    const found: string[] = []
    traverse(tree, (node, parents) => {
      if (node.type !== 'StringLiteral') return
      const [parent] = parents
      const loads = /^(?:Import|Export|CallExpression)/.test(parent?.type ?? '')
      const library = loads && UNHOOKED_LIBRARIES.find(({ name }) => name === node.value && name !== SCOPED)
      if (!library || (parent?.type === 'CallExpression' && !isRequire(parent))) return
      found.push(
        `${locate(file, node)}: ${library.name} ${library.why}: from phase 6 the start refuses it. ${library.fix}`,
      )
    })
    return found
  })
}

const isRequire = (call: Node) => {
  const callee = child(call, 'callee')
  return callee?.type === 'Import' || callee?.name === 'require'
}
