import type { Source } from '../../../reading/syntax/sources.js'
import { locate, traverse } from '../../../reading/syntax/tree.js'
import { timer } from '../../scan/rules/timers.js'

/** Work that the app does by the clock, outside of any request. */
export function findTimers(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const found: string[] = []
    traverse(source.tree, (node, parents) => {
      const what = timer.look(node, parents, source)
      if (what)
        found.push(
          `${locate(source.file, node)}: ${what} runs outside of any request: what it asks of people’s rows is refused from phase 6, and isolation.jobs is red, until it says for whom: forEachUser(work) or asSystem(reason, work), or in the worker of a queue asInjectedUser(job.data, work): docs/how-to/jobs.md`,
        )
    })
    return found
  })
}
