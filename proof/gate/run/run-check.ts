import { setMaxListeners } from 'node:events'
import type { Check, Evidence, Finding, Mutant } from '../check.js'
import { OtherDatabase } from '../fence.js'
import { type Unanswered, unansweredIn, withUnanswered } from '../report/no-answer.js'
import { withSwallowed } from '../report/unanswered.js'
import { openSession } from '../session.js'
import { type Stopwatch, stopwatch, sumOfTimings, type Timings } from '../timings.js'
import type { RunOptions } from './run.js'
import type { Suite } from './suite.js'
import { suites } from './suites.js'
import { timeLimit } from './time-limit.js'
import type { Turns } from './turns.js'

/** How long a check may take by default. Milliseconds. */
export const TIMEOUT_MS = 60_000

/** A run that a check can abort. */
export interface Run extends RunOptions {
  signal: AbortSignal
  turns: Turns
  /** ends the run */
  abort(why: Error): void
  /** the routes that gave a check of this phase no answer */
  unanswered: Map<string, Evidence>
}

/** The outcome of a check, which `resultOf` judges, and what else its answers showed. */
export interface Checked {
  /** what it found, or the error that ended it */
  outcome: Finding | Error
  ms: number
  /** what it spent its time on; the ends of its processes come after `ms` */
  timings: Timings
  /** secrets of the environment in the answers to it, whatever the check is about */
  leaked: readonly Evidence[]
  /** the replaced functions that the app has called */
  called: readonly string[]
}

/** What is found of a check of usertwo's login where the app keeps its own. */
const LEFT_TO_APP: Finding = {
  exercised: 0,
  unit: '',
  problems: [],
  leftToApp: true,
  nothingToDo: 'the app keeps its own login (auth.by), so usertwo neither does nor proves this',
}

/** The most routes that a check is run without. */
const MOST_UNANSWERED = 12

/** The outcome of one run of a check, and the route that ended it by giving no answer. */
interface Attempt extends Omit<Checked, 'timings'> {
  unanswered: Unanswered | null
  /** the routes that it would have asked if earlier runs had not left them out */
  leftOut: readonly string[]
}

/**
 * Runs a check in its own session, within its time limit. If a route gives no answer, the check runs again without it,
 * so that it says what it finds of all other routes; of this one it knows nothing, and does not pass. A run with a mutant
 * ends there. Waiting for a route takes seconds, so such a run is also without those that gave another check of the phase none.
 */
export async function runCheck(check: Check, phase: Suite, options: Run, mutant?: Mutant): Promise<Checked> {
  const ended = options.onRun?.(check, mutant)
  try {
    if (check.ofUsertwosLogin && options.project.config.auth.by === 'app')
      return { outcome: LEFT_TO_APP, ms: 0, timings: sumOfTimings([]), leaked: [], called: [] }
    const { unanswered } = options
    const own = new Set<string>()
    const leaked: Evidence[] = []
    const timings: Timings[] = []
    let ms = 0
    // Without a mutant each check is first run with all routes: it may ask one only in a way that is answered.
    let without = new Set(mutant ? unanswered.keys() : [])
    for (;;) {
      const watch = stopwatch()
      const attempt = await runOnce(check, phase, options, mutant, without, watch)
      timings.push(watch.read())
      const found = attempt.unanswered
      ms += attempt.ms
      leaked.push(...attempt.leaked)
      if (found) {
        own.add(found.route)
        unanswered.set(found.route, found.evidence)
        if (found.isOfApp && !without.has(found.route) && own.size <= MOST_UNANSWERED) {
          without = new Set(unanswered.keys())
          continue
        }
      }
      const left = [...unanswered].filter(([route]) => own.has(route) || attempt.leftOut.includes(route))
      const outcome = withUnanswered(
        attempt.outcome,
        left.map(([, evidence]) => evidence),
      )
      const { called } = attempt
      return {
        outcome: await withSwallowed(outcome, options.project),
        ms,
        timings: sumOfTimings(timings),
        leaked,
        called,
      }
    }
  } finally {
    ended?.()
  }
}

/** Runs a check once. @param without the routes that it is run without */
async function runOnce(
  check: Check,
  phase: Suite,
  options: Run,
  mutant: Mutant | undefined,
  without: ReadonlySet<string>,
  watch: Stopwatch,
): Promise<Attempt> {
  const started = performance.now()
  const { run, timeout = TIMEOUT_MS } = check
  const over = new AbortController()
  // Each process and request of a check listens to the signal.
  setMaxListeners(0, over.signal)
  const { project, templates, traffic } = options
  let session: Awaited<ReturnType<typeof openSession>> | undefined
  const found = (outcome: Finding | Error, unanswered: Unanswered | null = null): Attempt => ({
    outcome,
    unanswered,
    ms: performance.now() - started,
    leaked: session?.leaked ?? [],
    called: session?.called() ?? [],
    leftOut: session?.leftOut() ?? [],
  })
  try {
    options.signal.throwIfAborted()
    const late = endedFromOutside(over, timeout, options.signal)
    late.catch(() => {})
    const differences = suites
      .filter((one) => one.number <= phase.number)
      .flatMap((one) => one.differences?.(project.config) ?? [])
    const { signal } = over
    session = await openSession({
      ...{ project, templates, phase: phase.number, mutant, signal, differences, traffic, without, watch },
    })
    // No part of the check may begin once it is over.
    if (over.signal.aborted) await late
    const finding = await Promise.race([run(session), late, session.fence.crossed])
    session.fence.assert()
    const refused = [...templates.refused(), ...session.fence.refused()]
    const notes = [...(finding.notes ?? []), ...refused, ...(await session.missing())]
    // A copy, because a page that still listens would add that its app is ended now.
    return found({ ...finding, problems: [...finding.problems], notes })
  } catch (thrown) {
    const foreign = thrown instanceof OtherDatabase ? thrown : session?.fence.foreign()
    if (foreign) options.abort(foreign)
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    const unanswered = session && !mutant && !over.signal.aborted ? await unansweredIn(error, session) : null
    return found(error, unanswered)
  } finally {
    over.abort()
    await session?.close()
  }
}

/** Rejects, and ends the check, when its time is over or the run is ended. */
function endedFromOutside(over: AbortController, timeout: number, signal: AbortSignal): Promise<never> {
  return new Promise<never>((_, reject) => {
    const endLimit = timeLimit(timeout, (why) => {
      over.abort()
      reject(new Error(why))
    })
    const end = () => {
      over.abort()
      reject(signal.reason)
    }
    signal.addEventListener('abort', end)
    over.signal.addEventListener('abort', () => {
      endLimit()
      // Not by `{ signal }` above: of several listeners that end in this way, Node 20 forgets all except the
      // last at the next garbage collection.
      signal.removeEventListener('abort', end)
    })
  })
}
