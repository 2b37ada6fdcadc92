import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The longest time of each file so far, in ms. A file that a failure elsewhere cut off has a shorter one. */
const longest = new Map<string, number>()

/**
 * Runs first the files that failed for the last mutant, because the next one is next to it, then the others, the
 * shortest first. The first failure ends the run.
 */
export class DecidingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranks = new Map(files.map((file) => [file, this.#rank(file)]))
    return [...files].sort((one, other) => ranks.get(one)! - ranks.get(other)!)
  }

  #rank({ project, moduleId }: TestSpecification): number {
    const key = `${project.name}:${relative(this.ctx.config.root, moduleId)}`
    const last = this.ctx.cache.getFileTestResults(key)
    const ms = Math.max(last?.duration ?? 0, longest.get(moduleId) ?? 0)
    longest.set(moduleId, ms)
    return last?.failed ? -1 : ms
  }
}
