import { setMaxListeners } from 'node:events'
import type { Config } from '../../../src/config/config.js'
import { nearest } from '../../../src/config/nearest.js'
import { ConfigError } from '../../../src/core/config-error.js'
import { keepingCopies } from '../app/edited-copies.js'
import { SECRETS_SHOWN } from '../app/secrets-shown.js'
import type { Check, Mutant } from '../check.js'
import type { Project } from '../project.js'
import type { SessionOptions } from '../session.js'
import type { Templates } from '../templates.js'
import type { Proof } from './proof.js'
import type { Run } from './run-check.js'
import { type PhaseResult, runPhase } from './run-phase.js'
import type { Suite } from './suite.js'
import { suites } from './suites.js'
import { openTurns } from './turns.js'
import type { Result } from './verdict.js'

export interface RunOptions {
  project: Project
  templates: Templates
  phases: readonly Suite[]
  /** also run every mutant of every check, and demand red */
  prove?: boolean
  /** these checks only, by id */
  only?: readonly string[]
  /** ends the run: what is in flight is closed, then `runGates` throws the signal's reason */
  signal?: AbortSignal
  /** number of concurrent checks; default 2 */
  workers?: number
  traffic: SessionOptions['traffic']
  /** called when a check begins; the returned function is called when it has ended */
  onRun?(check: Check, mutant?: Mutant): () => void
  onResult?(phase: Suite, result: Result): void
  onProof?(phase: Suite, proof: Proof): void
  onPhase?(phase: Suite, result: PhaseResult): void
  /** called if phases are not run, because a check before them has found that the recording is not of this app */
  onStale?(notRun: readonly Suite[]): void
}

/**
 * Runs the gates of the given phases. A check of a later phase begins where no earlier one waits for a turn; what is said of a
 * phase comes after the phases before it. Each check runs once: there are no retries that could turn red to green. A stale
 * recording ends the run, because every later phase compares with it.
 *
 * @throws ConfigError if a waiver names an unknown check; OtherDatabase if the app has reached for a database
 * other than the gate's
 */
export async function runGates(asked: RunOptions): Promise<PhaseResult[]> {
  const over = new AbortController()
  // Each check listens to it.
  setMaxListeners(0, over.signal)
  const end = () => over.abort(asked.signal?.reason)
  if (asked.signal?.aborted) end()
  asked.signal?.addEventListener('abort', end)
  try {
    return await keepingCopies(() =>
      runAll({ ...asked, signal: over.signal, abort: (why) => over.abort(why) }),
    )
  } finally {
    asked.signal?.removeEventListener('abort', end)
  }
}

async function runAll(options: Omit<Run, 'unanswered' | 'turns'>): Promise<PhaseResult[]> {
  const { project, phases } = options
  const known = [...suites, ...phases].flatMap((phase) => phase.checks)
  assertWaivers(project.config.waivers, [...known.map(({ id }) => id), SECRETS_SHOWN])
  const turns = openTurns(options)
  const runs = phases.map((phase) => {
    const told = keptBack(options)
    const run = runPhase(phase, { ...options, ...told.callbacks, turns })
    // It is awaited below, after the phases before it.
    run.catch(() => {})
    return { phase, run, tell: told.tell }
  })
  const results: PhaseResult[] = []
  let since = performance.now()
  try {
    for (const [at, { phase, run, tell }] of runs.entries()) {
      tell()
      const ran = await run
      const result = { ...ran, ms: performance.now() - since }
      since += result.ms
      options.onPhase?.(phase, result)
      results.push(result)
      const later = phases.slice(at + 1)
      if (later.length === 0 || !result.checks.some(({ stale, verdict }) => stale && verdict === 'fail'))
        continue
      options.onStale?.(later)
      break
    }
    return results
  } finally {
    // What is in flight is closed, where a phase has failed or the later ones are not wanted.
    options.abort(new Error('the run is over'))
    await Promise.allSettled(runs.map(({ run }) => run))
  }
}

/** Keeps back what is said of a phase until `tell` is called: then all of it, and from there on each at once. */
function keptBack({ onResult, onProof }: Pick<RunOptions, 'onResult' | 'onProof'>): {
  callbacks: Required<Pick<RunOptions, 'onResult' | 'onProof'>>
  tell(): void
} {
  const kept: (() => void)[] = []
  let isTold = false
  const say = (what: () => void) => (isTold ? what() : void kept.push(what))
  return {
    callbacks: {
      onResult: (phase, result) => say(() => onResult?.(phase, result)),
      onProof: (phase, proof) => say(() => onProof?.(phase, proof)),
    },
    tell() {
      isTold = true
      for (const what of kept) what()
    },
  }
}

/**
 * Checks that each waiver names a known check. Otherwise it would never apply, unnoticed.
 *
 * @throws ConfigError that names each unknown one, with the nearest check
 */
function assertWaivers(waivers: Config['waivers'], checks: readonly string[]): void {
  const problems = waivers.flatMap(({ check }, at) => {
    if (checks.includes(check)) return []
    const near = nearest(check, checks)
    return [
      `waivers.${at}.check: ${check} is not a check; ${near ? `did you mean ${near}?` : 'docs/checks.md in the repository of usertwo lists them'}`,
    ]
  })
  if (problems.length) throw new ConfigError('usertwo.config', problems)
}
