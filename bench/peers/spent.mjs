import { cpuOf } from '../measured.mjs'
import { sql } from '../sql.mjs'

/**
 * Measures the processor time of an app's process and of the backends of its database while `work` runs, in µs. The
 * load generator is this process, so its own time counts for neither.
 *
 * @returns what `work` returned, with `app` and `backends`
 */
export async function spentIn(server, url, pid, work) {
  const before = new Map((await backendsOf(server, url)).map((one) => [one, cpuOf(one)]))
  const from = cpuOf(pid)
  const done = await work()
  const app = cpuOf(pid) - from
  // A pool opens and closes connections at any time. All the time of a new one belongs to this turn.
  const spent = (await backendsOf(server, url)).map((one) => cpuOf(one) - (before.get(one) ?? 0))
  return { ...done, app, backends: spent.reduce((total, one) => total + one, 0) }
}

async function backendsOf(server, url) {
  const database = new URL(url).pathname.slice(1)
  const text = 'select pid from pg_stat_activity where datname = $1'
  return (await sql(server.adminUrl, text, [database])).rows.map(({ pid }) => pid)
}
