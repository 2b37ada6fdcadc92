import { findJobs, type JobInSource } from '../../../../reading/facts/jobs.js'
import { readSources } from '../../../../reading/syntax/sources.js'
import { isCall, nameOf } from '../../../../reading/syntax/syntax.js'
import { child, type Node, traverse } from '../../../../reading/syntax/tree.js'
import type { Config } from '../../../../src/config/config.js'
import type { UserId } from '../../../../src/core/context.js'
import { prunedOf } from '../../../../src/phases/6-isolation/own-login/lookup.js'
import { isComment, replaced } from '../../../../src/sql/meaning.js'
import { mentions } from '../../../../src/sql/mentions.js'
import type { Check, Evidence, Mutant } from '../../../gate/check.js'
import { distinctBy } from '../../../gate/distinct.js'
import type { Gate } from '../../../gate/gate.js'
import type { JobsSeen } from '../../../gate/preload/jobs/jobs.js'
import type { SentOutside } from '../../../gate/preload/jobs/queries.js'
import { playedAgain } from '../../../gate/traffic/replay.js'
import forEachUser from '../mutants/requests/for-each-user.js'
import ownRows from '../mutants/requests/own-rows.js'

/** Whether a query needs a user and has none. A store of sessions deletes those that expired as the system, by any timer. */
export const lacksUser = (config: Config) => {
  const pruned = prunedOf(config)
  return ({ who, text }: Pick<SentOutside, 'who' | 'text'>): boolean => who === null && pruned(text) === null
}

const WITHOUT_USER: Mutant = {
  name: 'the queries of a request are sent outside of it, without a user',
  names: 'without a user',
  by: { replace: [ownRows.outsideRequests] },
}
/** Nothing fails where a job has nothing to do any more: an empty digest goes out. */
const FOR_NO_USER: Mutant = {
  name: 'the work of a job is done for no user',
  names: 'works for each user, and has queried as none',
  by: { replace: [forEachUser.forNoUser] },
}
/** The start of a query that a report shows, in characters. */
const SHOWN = 80

export const jobs: Check = {
  id: 'isolation.jobs',
  title: 'Each job runs its queries as a user it names, or as the system',
  proves: ['T1'],
  fix: 'Name the user of each job: forEachUser(work) for each user’s rows, asInjectedUser(data, work) in a worker of a queue, asSystem(reason, work) for no user in particular; see docs/how-to/jobs.md.',
  timeout: 120_000,
  async run(gate) {
    const target = await gate.app({ jobs: true })
    const { owner } = await gate.people({ jobs: true })
    const inSource = await jobsInSource(gate)
    const days = playedAgain(target, await gate.traffic(), {
      config: gate.config,
      each: () => ({ as: owner }),
    })
    for await (const _ of days) if (gate.signal.aborted) break
    const seen = await target.jobs()
    const asked = seen.sent.flatMap((one) => {
      const table = tableIn(one.text, gate.config)
      return table === null ? [] : [{ ...one, table }]
    })
    const withoutUser = asked.filter(lacksUser(gate.config))
    // The database refuses a query that was sent, too.
    const refused = seen.refused.filter((one) => !withoutUser.some(({ at }) => at === one.at))
    const problems = distinctBy(
      [
        ...withoutUser.map(({ at, table, text }) => ({
          what: `queries ${table} without a user, and is refused: ${text.replace(/\s+/g, ' ').slice(0, SHOWN)}`,
          part: at,
          at,
          table,
        })),
        ...refused.map(({ at, code }) => ({
          what: `a query without a user was refused: ${code}`,
          part: at || code,
          ...(at && { at }),
        })),
        ...idleJobs(inSource, seen, owner.id),
      ],
      ({ at, table }) => `${at} ${table}`,
    )
    const unproven = inSource.flatMap((job) => (job.namesUser || hasRun(job, seen) ? [] : [neverRan(job)]))
    const places = new Set([...inSource, ...asked, ...seen.refused].map(({ at }) => at))
    const notes = [
      ...inSource.map(
        ({ at, what, by }) => `${at} ${what}${by === 'listener' ? ', which brings nothing in a gate' : ''}`,
      ),
      ...ranAs(asked),
      ...failures(seen),
    ]
    return {
      exercised: places.size,
      unit: 'jobs',
      problems,
      unproven,
      notes,
      ...(!inSource.some(worksForEachUser) && {
        ignored: { [FOR_NO_USER.name]: 'no job of the app works for each user' },
      }),
      ...(places.size === 0 && {
        nothingToDo: 'the app has no timer, scheduler or queue, and sends no query outside requests',
      }),
    }
  },
  mutants: [WITHOUT_USER, FOR_NO_USER],
  additions: [WITHOUT_USER],
}

type Asked = SentOutside & { table: string }

/** Jobs that work for each user and have run, although no query was sent as the owner, who has rows in every gate. */
export function idleJobs(
  jobs: readonly JobInSource[],
  { sent, called }: Pick<JobsSeen, 'called' | 'sent'>,
  owner: UserId,
): Evidence[] {
  const users = new Set(
    sent.flatMap(({ isTimer, who }) => (isTimer && who?.startsWith('user ') ? [who] : [])),
  )
  if (users.has(`user ${owner}`)) return []
  const as = users.size === 0 ? 'none' : `${[...users].join(', ')}, never as the owner`
  return jobs
    .filter((job) => worksForEachUser(job) && hasRun(job, { sent, called }))
    .map(({ what, at }) => ({ what: `${what} works for each user, and has queried as ${as}`, part: at, at }))
}

function worksForEachUser({ node }: JobInSource): boolean {
  let found = false
  traverse(node, (inner) => {
    found ||= isCall(inner) && nameOf(child(inner, 'callee')) === 'forEachUser'
  })
  return found
}

/** @returns the table of the configuration that a query names, unless all users read it; null: none */
export function tableIn(text: string, { tables, users }: Config): string | null {
  const sql = withoutTexts(text)
  const named = Object.entries(tables).flatMap(([name, { access }]) => (access === 'reference' ? [] : [name]))
  return [...named, users.table].find((name) => mentions(sql, name.split('.').at(-1)!)) ?? null
}

/** Without comments and texts, which name no table: `interval '30 days'`. The body of a `do $$ … $$` stays. */
const withoutTexts = (text: string): string =>
  replaced(text, ({ kind, text: part }) => {
    if (isComment(kind, part)) return ' '
    return kind === 'string' && !part.startsWith('$') ? "''" : part
  })

/** As which user each job ran. */
function ranAs(asked: readonly Asked[]): string[] {
  const lines = new Map<string, Set<string>>()
  for (const { at, who } of asked) if (who !== null) lines.set(at, (lines.get(at) ?? new Set()).add(who))
  return [...lines].map(([at, who]) => `${at} runs its queries as ${[...who].join(', ')}`)
}

const failures = ({ failed }: JobsSeen) => [
  ...new Set(failed.map(({ at, message }) => `${at || 'a promise'} failed: ${message.split('\n')[0]}`)),
]

/** The jobs that the app's server begins. */
async function jobsInSource({ folder, config, edits }: Gate): Promise<JobInSource[]> {
  return findJobs((await readSources(folder, config, edits)).server)
}

function linesOf({ loc }: Node): [number, number] {
  const { start, end } = loc as { start: { line: number }; end?: { line: number } }
  return [start.line, end?.line ?? start.line]
}

/** Whether a job was seen to run: its timer was called, or its worker sent a query. */
function hasRun(job: JobInSource, { called, sent }: Pick<JobsSeen, 'called' | 'sent'>): boolean {
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

function neverRan({ what, at, by }: JobInSource): Evidence {
  if (by === 'listener')
    return {
      what: `${what} brings nothing in a gate, and its work names no user: run it in asUser(id, work) for the user it comes for, or waive this part until a date`,
      part: at,
      at,
    }
  const way =
    by === 'queue' ? 'record a request that fills the queue' : 'set in app.env what it needs to be scheduled'
  return { what: `${what} did not run in the gate: ${way}, or waive this part until a date`, part: at, at }
}
