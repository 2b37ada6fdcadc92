import { findJobs, type JobInSource } from '../../../../reading/facts/jobs.js'
import { readSources } from '../../../../reading/syntax/sources.js'
import type { Node } from '../../../../reading/syntax/tree.js'
import type { Evidence } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import type { JobsSeen } from '../../../gate/preload/jobs/jobs.js'

/** The jobs that the app's server begins. */
export async function jobsInSource({ folder, config, edits }: Gate): Promise<JobInSource[]> {
  return findJobs((await readSources(folder, config, edits)).server)
}

function linesOf({ loc }: Node): [number, number] {
  const { start, end } = loc as { start: { line: number }; end?: { line: number } }
  return [start.line, end?.line ?? start.line]
}

/** Whether a job was seen to run: its timer was called, or its worker sent a query. */
export function hasRun(job: JobInSource, { called, sent }: JobsSeen): boolean {
  if (job.by === 'queue') {
    const files = [job.file, job.workFrom].flatMap((file) => (file ? [stem(file)] : []))
    return sent.some((one) => !one.isTimer && one.files.some((file) => files.includes(stem(file))))
  }
  return called.some((place) => {
    const [, file = '', line] = /^(.*):(\d+)$/.exec(place) ?? []
    if (stem(file) !== stem(job.file)) return false
    // A compiler of TypeScript may move lines.
    return file !== job.file || !/\.[cm]?js$/.test(file) || within(Number(line), linesOf(job.node))
  })
}

const within = (line: number, [first, last]: [number, number]) => line >= first && line <= last
const stem = (file: string) => file.replace(/^.*[\\/]/, '').replace(/\.\w+$/, '')

export function neverRan({ what, at, by }: JobInSource): Evidence {
  const way =
    by === 'queue' ? 'record a request that fills the queue' : 'set in app.env what it needs to be scheduled'
  return { what: `${what} did not run in the gate: ${way}, or waive this part until a date`, part: at, at }
}
