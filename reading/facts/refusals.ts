import type { Source } from '../syntax/sources.js'
import { calledMember, isCall } from '../syntax/syntax.js'
import { children, locate, traverse } from '../syntax/tree.js'

/** Returns the first place where the server refuses a client: it answers 401 or 403. */
export function refusalIn(sources: readonly Source[]): string | null {
  for (const { file, tree } of sources) {
    let found: string | null = null
    traverse(tree, (node) => {
      const name = isCall(node) ? calledMember(node)?.name : undefined
      const [code] = name && /^(?:status|sendStatus|writeHead)$/.test(name) ? children(node, 'arguments') : []
      if (code && (code.value === 401 || code.value === 403)) found ??= locate(file, node)
    })
    if (found) return found
  }
  return null
}
