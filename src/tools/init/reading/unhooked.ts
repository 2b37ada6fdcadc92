import { UNHOOKED_LIBRARIES } from '../../../phases/6-isolation/drivers/unhooked-libraries.js'
import type { Source } from '../../inventory/sources.js'
import { child, locate, type Node, traverse } from '../../inventory/tree.js'

/** Names each place that loads a library no hook reaches: from phase 6 the start refuses it. */
export function findUnhooked(sources: readonly Source[]): string[] {
  return sources.flatMap(({ file, tree }) => {
    const found: string[] = []
    traverse(tree, (node, parents) => {
      if (node.type !== 'StringLiteral') return
      const [parent] = parents
      const loads = /^(?:Import|Export|CallExpression)/.test(parent?.type ?? '')
      const library = loads && UNHOOKED_LIBRARIES.find(({ name }) => name === node.value)
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
