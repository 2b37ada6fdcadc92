import { findJobs } from '../../../reading/facts/jobs.js'
import type { Source } from '../../../reading/syntax/sources.js'

/** Work that the app does outside of any request, by the clock or a queue. */
export function findTimers(sources: readonly Source[]): string[] {
  return findJobs(sources).map(
    ({ at, what }) =>
      `${at}: ${what} runs outside of any request: what it asks of people’s rows is refused from phase 6 (no_current_user), and isolation.jobs is red, until it says for whom: forEachUser(work) or asSystem(reason, work), or in the worker of a queue asInjectedUser(job.data, work): docs/how-to/jobs.md`,
  )
}
