import { routesInSource } from '../routes/routes-in-source.js'
import { routesTo } from '../syntax/reach.js'
import type { Source } from '../syntax/sources.js'
import { isCall, templateOf, textOf } from '../syntax/syntax.js'
import { children, locate, traverse } from '../syntax/tree.js'

const DUMPS = /^\s*(?:\S*\/)?(pg_dump(?:all)?)\b/

/** A call that runs pg_dump. */
export interface Dump {
  at: string
  program: string
  /** the routes that lead there: `GET /backup` */
  routes: string[]
}

/**
 * Finds the calls that run pg_dump, which fails as the app's login once rows are separated. A route that answers 200 with
 * the error inside is red in no gate.
 */
export function findDumps(sources: readonly Source[]): Dump[] {
  const found: { at: string; program: string }[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      if (!isCall(node)) return
      const [first] = children(node, 'arguments')
      const program = DUMPS.exec(textOf(first ?? null) ?? templateOf(first ?? null) ?? '')?.[1]
      if (program) found.push({ at: locate(file, node), program })
    })
  if (found.length === 0) return []
  const routesOf = routesTo(sources, routesInSource(sources))
  return found.map((one) => ({ ...one, routes: routesOf(one.at) }))
}
