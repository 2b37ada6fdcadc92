import type { Site } from '../owners/owner-ids.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, templateOf } from '../syntax/syntax.js'
import { child, locate, traverse } from '../syntax/tree.js'

/**
 * Finds advisory locks with a constant key and promise queues of the process, which make users wait for each
 * other.
 */
export function findSharedLocks(sources: readonly Source[]): Site[] {
  return sources.flatMap(({ file, tree }) => {
    const found: Site[] = []
    traverse(tree, (node, parents) => {
      const sql = templateOf(node, '?')
      const [name] = /pg_(try_)?advisory_\w*lock/.exec(sql ?? '') ?? []
      if (name) found.push({ at: locate(file, node), what: `${name}: one lock for everybody` })
      // A module-level promise that work is chained to is a queue of the process.
      const queue = node.type === 'VariableDeclarator' && parents.length <= 3 ? child(node, 'init') : null
      const call = queue && isCall(queue) ? calledMember(queue) : null
      if (call?.name === 'resolve' && nameOf(call.of) === 'Promise' && parents[0]?.kind === 'let')
        found.push({ at: locate(file, node), what: 'a queue of promises: one for everybody' })
    })
    return found
  })
}
