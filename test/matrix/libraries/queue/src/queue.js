// The queue of reports and a cache, both in Redis.
import { Queue, QueueEvents } from 'bullmq'
import { Redis } from 'ioredis'

export const connection = new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null })

const reports = new Queue('reports', { connection })
const events = new QueueEvents('reports', { connection })

/** Queues a report. @returns the id of its job */
export async function queueReport(data) {
  const { id } = await reports.add('write', data)
  return id
}

/** A job as clients see it. */
const shown = async (job) => ({
  id: job.id,
  list: job.data.list,
  state: await job.getState(),
  report: job.returnvalue,
})

/** The job of an id; null if there is none. */
export async function jobOf(id) {
  const job = await reports.getJob(id)
  return job ? shown(job) : null
}

/** The jobs that the queue still knows, the first first. */
export async function allJobs() {
  const jobs = await reports.getJobs(['waiting', 'active', 'completed', 'failed'], 0, -1, true)
  return Promise.all(jobs.map(shown))
}

/** Calls `tell` with each report that is done. @returns ends it */
export function onReport(tell) {
  const listen = ({ jobId, returnvalue }) => tell({ job: jobId, report: returnvalue })
  events.on('completed', listen)
  return () => events.off('completed', listen)
}

/** A value that is kept for an hour. */
export async function kept(key, make) {
  const known = await connection.get(key)
  if (known) return JSON.parse(known)
  const value = await make()
  await connection.set(key, JSON.stringify(value), 'EX', 3600)
  return value
}
