import { setMaxListeners } from 'node:events'
import type { Check, Mutation } from './check.js'
import { keepingCopies } from './edited-copies.js'
import { OtherDatabase } from './fence.js'
import { inTurns } from './in-turns.js'
import type { Project } from './project.js'
import { unprovedBy } from './proof.js'
import { openSession, type SessionOptions } from './session.js'
import { startsAt } from './starts.js'
import type { Suite } from './suite.js'
import { suites } from './suites.js'
import type { Templates } from './templates.js'
import { isGo, type Result, resultOf, unknownResult, waive, waiveParts } from './verdict.js'
import { assertWaivers } from './waivers.js'

/** A defect in what is waived as it stands would show nothing. */
export const NOT_PROVED = 'its mutations were not tried: what is red without them proves nothing by being red'

export interface RunOptions {
  project: Project
  templates: Templates
  phases: readonly Suite[]
  /** also run every mutation of every check, and demand red */
  prove?: boolean
  /** these checks only, by id */
  only?: readonly string[]
  /** ends the run: what is in flight is closed, then `runGates` throws the signal's reason */
  signal?: AbortSignal
  /** checks at a time; default 2 */
  workers?: number
  traffic: SessionOptions['traffic']
  onResult?(phase: Suite, result: Result): void
  onProof?(phase: Suite, proof: Proof): void
  onPhase?(phase: Suite, result: PhaseResult): void
}

/** Whether a mutation turned its check red. */
export interface Proof {
  check: string
  mutation: string
  red: boolean
  /** why it is not red although the check is */
  why?: string
  /** what the check said about the mutated app */
  result: Result
}

export interface PhaseResult {
  phase: number
  name: string
  go: boolean
  checks: Result[]
  proofs: Proof[]
  ms: number
}

/**
 * Runs the gates of the given phases, one phase after the other. Each check runs once: there are no retries that could
 * turn red to green.
 * @throws ConfigError when a waiver names no check; OtherDatabase when the app has reached for a database of somebody's
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

/** A run that a check can end. */
interface Run extends RunOptions {
  abort(why: OtherDatabase): void
}

async function runAll(options: Run): Promise<PhaseResult[]> {
  const known = [...suites, ...options.phases].flatMap((phase) => phase.checks)
  assertWaivers(
    options.project.config.waivers,
    known.map(({ id }) => id),
  )
  const results: PhaseResult[] = []
  for (const phase of options.phases) {
    const result = await runPhase(phase, options)
    options.onPhase?.(phase, result)
    results.push(result)
  }
  return results
}

/** The checks of a phase that are to run. */
export function checksOf(phase: Suite, only?: readonly string[]): Check[] {
  return phase.checks.filter((check) => !only || only.includes(check.id))
}

/**
 * The mutations of a check: its own, and those the project brings for it. Where it found nothing to do there is nothing
 * for its own to break: something is added instead.
 */
export function mutationsOf(
  check: Check,
  { config, mutations }: Project,
  nothingToDo = false,
): readonly Mutation[] {
  if (nothingToDo) return check.additions ?? []
  const own = typeof check.mutations === 'function' ? check.mutations(config) : check.mutations
  return [...own, ...(mutations?.[check.id] ?? [])]
}

async function runPhase(phase: Suite, options: Run): Promise<PhaseResult> {
  const started = performance.now()
  const checks = checksOf(phase, options.only)
  const today = new Date().toISOString().slice(0, 10)
  const { config } = options.project
  const { waivers } = config
  const dials = phase === options.phases[0] ? [0, phase.number] : [phase.number]
  const starts = await runCheck(startsAt(dials), phase, options)
  options.signal?.throwIfAborted()
  if (checks.length > 0 && starts.verdict !== 'pass') {
    const why = new Error('not run: the app does not start, or is not healthy')
    const notRun = [starts, ...checks.map((check) => unknownResult(check, why, 0))]
    for (const result of notRun) options.onResult?.(phase, result)
    const ms = performance.now() - started
    return { phase: phase.number, name: phase.name, go: false, checks: notRun, proofs: [], ms }
  }
  const ran = await inTurns(
    checks,
    options,
    ({ alone }) => alone,
    async (check) => {
      const seen = waiveParts(await runCheck(check, phase, options), waivers, today)
      const result = waive(seen, waivers, today)
      if (options.prove && !isSound(seen) && result.verdict === 'waived') result.notes.push(NOT_PROVED)
      options.onResult?.(phase, result)
      return { seen, result }
    },
  )
  options.signal?.throwIfAborted()
  const found = ran.map(({ result }) => result)
  const pairs = options.prove
    ? checks.flatMap((check, at) => {
        const { seen: clean, result } = ran[at]!
        if (!isSound(clean) && result.verdict === 'waived') return []
        const tried = mutationsOf(check, options.project, clean.nothingToDo !== undefined)
        return tried.map((mutation) => ({ check, mutation, clean }))
      })
    : []
  const proofs = await inTurns(
    pairs,
    options,
    (pair) => pair.check.alone,
    async ({ check, mutation, clean }) => {
      const sound = isSound(clean)
      const mutated = mutation.by.config?.(config) ?? config
      const result = sound
        ? waiveParts(await runCheck(check, phase, options, mutation), mutated.waivers, today)
        : clean
      const why = sound && result.verdict === 'fail' ? unprovedBy(mutation, result) : undefined
      const red = sound && result.verdict === 'fail' && why === undefined
      const proof = { check: check.id, mutation: mutation.name, red, ...(why && { why }), result }
      options.onProof?.(phase, proof)
      return proof
    },
  )
  options.signal?.throwIfAborted()
  const go = isGo(found) && proofs.every((proof) => proof.red)
  return { phase: phase.number, name: phase.name, go, checks: found, proofs, ms: performance.now() - started }
}

/**
 * Red proves something only where the same check is green without the mutation, or red in parts that a waiver names and
 * the mutation is not among them.
 */
function isSound({ verdict }: Result): boolean {
  return verdict === 'pass' || verdict === 'waived'
}

async function runCheck(check: Check, phase: Suite, options: Run, mutation?: Mutation): Promise<Result> {
  const started = performance.now()
  const { timeout = 60_000 } = check
  const over = new AbortController()
  // Each process and request of a check listens to it.
  setMaxListeners(0, over.signal)
  const { project, templates, traffic } = options
  let session: Awaited<ReturnType<typeof openSession>> | undefined
  try {
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        over.abort()
        reject(new Error(`not finished within ${timeout / 1000} s`))
      }, timeout)
      const end = () => {
        over.abort()
        reject(options.signal?.reason)
      }
      options.signal?.addEventListener('abort', end)
      over.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        // Not by `{ signal }` above: of several that end so, Node 20 forgets all but the last at the next collection.
        options.signal?.removeEventListener('abort', end)
      })
    })
    late.catch(() => {})
    session = await openSession({
      project,
      templates,
      phase: phase.number,
      mutation,
      signal: over.signal,
      differences: suites
        .filter((one) => one.number <= phase.number)
        .flatMap((one) => one.differences(project.config)),
      traffic,
    })
    const finding = await Promise.race([check.run(session), late, session.fence.crossed])
    session.fence.assert()
    // Whatever a check asks for, no answer to it may hold a secret of the environment.
    const problems = [...finding.problems, ...session.leaked.slice(0, 3)]
    const notes = [
      ...(finding.notes ?? []),
      ...templates.refused(),
      ...session.fence.refused(),
      ...(await session.missing()),
    ]
    return resultOf(check, { ...finding, problems, notes }, performance.now() - started)
  } catch (error) {
    const foreign = error instanceof OtherDatabase ? error : session?.fence.foreign()
    if (foreign) options.abort(foreign)
    return unknownResult(check, error, performance.now() - started)
  } finally {
    over.abort()
    await session?.close()
  }
}
