import { setMaxListeners } from 'node:events'
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
import type { Result } from './verdict.js'
import { assertWaivers } from './waivers.js'

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
 * Runs the gates of the given phases, one phase after the other. Each check runs once: there are no retries
 * that could turn red to green. A stale recording ends the run, because every later phase compares with it.
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

async function runAll(options: Omit<Run, 'unanswered'>): Promise<PhaseResult[]> {
  const known = [...suites, ...options.phases].flatMap((phase) => phase.checks)
  assertWaivers(options.project.config.waivers, [...known.map(({ id }) => id), SECRETS_SHOWN])
  const results: PhaseResult[] = []
  for (const [at, phase] of options.phases.entries()) {
    const result = await runPhase(phase, options)
    options.onPhase?.(phase, result)
    results.push(result)
    const later = options.phases.slice(at + 1)
    if (later.length === 0 || !result.checks.some(({ stale, verdict }) => stale && verdict === 'fail'))
      continue
    options.onStale?.(later)
    break
  }
  return results
}
