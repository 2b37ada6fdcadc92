import { setMaxListeners } from 'node:events'
import type { Check, Evidence, Finding, Mutant } from '../check.js'
import { OtherDatabase } from '../fence.js'
import { withSwallowed } from '../report/unanswered.js'
import { openSession } from '../session.js'
import type { RunOptions } from './run.js'
import type { Suite } from './suite.js'
import { suites } from './suites.js'
import { timeLimit } from './time-limit.js'

/** A run that a check can abort. */
export interface Run extends RunOptions {
  abort(why: OtherDatabase): void
}

/** The outcome of a check, which `resultOf` judges, and what else its answers showed. */
export interface Checked {
  /** what it found, or the error that ended it */
  outcome: Finding | Error
  ms: number
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

/** Runs a check once, in its own session, within its time limit. */
export async function runCheck(check: Check, phase: Suite, options: Run, mutant?: Mutant): Promise<Checked> {
  const started = performance.now()
  const ended = options.onRun?.(check, mutant)
  const { run, timeout = 60_000 } = check
  if (check.ofUsertwosLogin && options.project.config.auth.by === 'app') {
    ended?.()
    return { outcome: LEFT_TO_APP, ms: 0, leaked: [], called: [] }
  }
  const over = new AbortController()
  // Each process and request of a check listens to the signal.
  setMaxListeners(0, over.signal)
  const { project, templates, traffic } = options
  let session: Awaited<ReturnType<typeof openSession>> | undefined
  try {
    options.signal?.throwIfAborted()
    const late = endedFromOutside(over, timeout, options.signal)
    late.catch(() => {})
    session = await openSession({
      project,
      templates,
      phase: phase.number,
      mutant,
      signal: over.signal,
      differences: suites
        .filter((one) => one.number <= phase.number)
        .flatMap((one) => one.differences?.(project.config) ?? []),
      traffic,
    })
    // No part of the check may begin once it is over.
    if (over.signal.aborted) await late
    const finding = await Promise.race([run(session), late, session.fence.crossed])
    session.fence.assert()
    const notes = [
      ...(finding.notes ?? []),
      ...templates.refused(),
      ...session.fence.refused(),
      ...(await session.missing()),
    ]
    const ms = performance.now() - started
    // A copy, because a page that still listens would add that its app is ended now.
    const outcome = { ...finding, problems: [...finding.problems], notes }
    return {
      outcome: await withSwallowed(outcome, project),
      ms,
      leaked: session.leaked,
      called: session.called(),
    }
  } catch (thrown) {
    const foreign = thrown instanceof OtherDatabase ? thrown : session?.fence.foreign()
    if (foreign) options.abort(foreign)
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    const outcome = await withSwallowed(error, project)
    const ms = performance.now() - started
    return { outcome, ms, leaked: session?.leaked ?? [], called: session?.called() ?? [] }
  } finally {
    over.abort()
    await session?.close()
    ended?.()
  }
}

/** Rejects, and ends the check, when its time is over or the run is ended. */
function endedFromOutside(
  over: AbortController,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<never> {
  return new Promise<never>((_, reject) => {
    const endLimit = timeLimit(timeout, (why) => {
      over.abort()
      reject(new Error(why))
    })
    const end = () => {
      over.abort()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', end)
    over.signal.addEventListener('abort', () => {
      endLimit()
      // Not by `{ signal }` above: of several listeners that end in this way, Node 20 forgets all except the
      // last at the next garbage collection.
      signal?.removeEventListener('abort', end)
    })
  })
}
