import { namedPath } from '../syntax/named-path.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf } from '../syntax/syntax.js'
import { child, children, type Node } from '../syntax/tree.js'

const SERVES = /^(?:static|serveStatic|serveIndex|sirv)$/

/** Returns the folder that `express.static(…)` and its like serve, from that of the app; null: none, or it is not known. */
export function servedFolder(node: Node, source: Source, parents: readonly Node[]): string | null {
  const name = isCall(node) ? (calledMember(node)?.name ?? nameOf(child(node, 'callee'))) : null
  return SERVES.test(name ?? '') ? namedPath(children(node, 'arguments')[0] ?? null, source, parents) : null
}
