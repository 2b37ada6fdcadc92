import { findJobs } from '../../../reading/facts/jobs.js'
import { FUNCTION } from '../../../reading/syntax/binding.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { nameOf } from '../../../reading/syntax/syntax.js'
import { child, type Node, traverse } from '../../../reading/syntax/tree.js'
import { findWrites } from './writes.js'

/**
 * Returns the tables to which jobs add rows; `null` among them: some table that is computed, or not known. What a job calls is
 * looked up by its name in all sources.
 */
export function addedByJobs(sources: readonly Source[]): Set<string | null> {
  const functions = sources.flatMap((source) => functionsIn(source))
  const reached = new Set<Node>()
  const added = new Set<string | null>()
  const visit = (source: Source, node: Node) => {
    if (reached.has(node)) return
    reached.add(node)
    for (const table of findWrites([{ ...source, tree: node }], 'adds').keys()) added.add(table)
    const names = new Set<string>()
    traverse(node, (one) => {
      const name = nameOf(one.type === 'MemberExpression' ? child(one, 'property') : one)
      if (name) names.add(name)
    })
    for (const one of functions) if (names.has(one.name)) visit(one.source, one.node)
  }
  for (const job of findJobs(sources)) {
    const source = sources.find(({ file }) => file === job.file)
    if (source) visit(source, job.node)
  }
  return added
}

interface NamedFunction {
  name: string
  node: Node
  source: Source
}

/** `function remind() {}`, `const remind = () => {}`, `remind() {}` in a class or an object */
function functionsIn(source: Source): NamedFunction[] {
  const found: NamedFunction[] = []
  traverse(source.tree, (node) => {
    const name = nameOf(child(node, 'id') ?? child(node, 'key'))
    const work = FUNCTION.test(node.type) ? node : (child(node, 'init') ?? child(node, 'value'))
    if (name && work && FUNCTION.test(work.type)) found.push({ name, node: work, source })
  })
  return found
}
