import type { RunOptions } from '../../proof/gate/run/run.js'
import { clockText } from '../../proof/gate/run/time-left.js'

/** The runs of checks that are going on, for a line of progress. */
export interface AtWork extends Required<Pick<RunOptions, 'onRun'>> {
  /** Each with its time so far, the longest first: `isolation.foreign-ids 2:10, isolation.at-once 0:03`. */
  text(): string
}

export function watchRuns(): AtWork {
  const runs = new Set<{ name: string; since: number }>()
  return {
    onRun(check, mutant) {
      const run = { name: mutant ? `${check.id} with ${mutant.name}` : check.id, since: performance.now() }
      runs.add(run)
      return () => void runs.delete(run)
    },
    text: () =>
      [...runs].map(({ name, since }) => `${name} ${clockText(performance.now() - since)}`).join(', '),
  }
}
