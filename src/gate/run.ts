import { phases } from '../phases/index.js'
import type { Phase } from '../phases/phase.js'
import type { Check, Mutation } from './check.js'
import type { Project } from './project.js'
import { openSession, type SessionOptions } from './session.js'
import type { Templates } from './templates.js'
import { isGo, type Result, resultOf, unknownResult, waive } from './verdict.js'

export interface RunOptions {
  project: Project
  templates: Templates
  phases: readonly Phase[]
  /** also run every mutation of every check, and demand red */
  prove?: boolean
  /** one check only, by id */
  only?: string
  /** ends the run: what is in flight is closed, then `runGates` throws the signal's reason */
  signal?: AbortSignal
  /** checks at a time; default 2 */
  workers?: number
  traffic: SessionOptions['traffic']
  onResult?(phase: Phase, result: Result): void
  onProof?(phase: Phase, proof: Proof): void
}

/** Whether a mutation turned its check red. */
export interface Proof {
  check: string
  mutation: string
  red: boolean
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

/** Runs the gates of the given phases, one phase after the other. */
export async function runGates(options: RunOptions): Promise<PhaseResult[]> {
  const results: PhaseResult[] = []
  for (const phase of options.phases) results.push(await runPhase(phase, options))
  return results
}

async function runPhase(phase: Phase, options: RunOptions): Promise<PhaseResult> {
  const started = performance.now()
  const checks = phase.checks.filter((check) => !options.only || check.id === options.only)
  const today = new Date().toISOString().slice(0, 10)
  const found = await inTurns(checks, options, async (check) => {
    const result = waive(await runCheck(check, phase, options), options.project.config.waivers, today)
    options.onResult?.(phase, result)
    return result
  })
  const pairs = options.prove
    ? checks.flatMap((check, at) =>
        check.mutations.map((mutation) => ({ check, mutation, clean: found[at]! })),
      )
    : []
  options.signal?.throwIfAborted()
  const proofs = await inTurns(pairs, options, async ({ check, mutation, clean }) => {
    // Red proves something only where the same check is green without the mutation.
    const result = clean.verdict === 'pass' ? await runCheck(check, phase, options, mutation) : clean
    const red = clean.verdict === 'pass' && result.verdict === 'fail'
    const proof = { check: check.id, mutation: mutation.name, red, result }
    options.onProof?.(phase, proof)
    return proof
  })
  options.signal?.throwIfAborted()
  const go = isGo(found) && proofs.every((proof) => proof.red)
  return { phase: phase.number, name: phase.name, go, checks: found, proofs, ms: performance.now() - started }
}

async function runCheck(
  check: Check,
  phase: Phase,
  options: RunOptions,
  mutation?: Mutation,
): Promise<Result> {
  const started = performance.now()
  const { timeout = 60_000 } = check
  const over = new AbortController()
  const { project, templates, traffic } = options
  let session: Awaited<ReturnType<typeof openSession>> | undefined
  try {
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        over.abort()
        reject(new Error(`not finished within ${timeout / 1000} s`))
      }, timeout)
      over.signal.addEventListener('abort', () => clearTimeout(timer))
      const end = () => {
        over.abort()
        reject(options.signal?.reason)
      }
      options.signal?.addEventListener('abort', end, { signal: over.signal })
    })
    late.catch(() => {})
    session = await openSession({
      project,
      templates,
      phase: phase.number,
      mutation,
      signal: over.signal,
      differences: phases
        .filter((one) => one.number <= phase.number)
        .flatMap((one) => one.differences(project.config)),
      traffic,
    })
    const finding = await Promise.race([check.run(session), late])
    return resultOf(check, finding, performance.now() - started)
  } catch (error) {
    return unknownResult(check, error, performance.now() - started)
  } finally {
    over.abort()
    await session?.close()
  }
}

/** Like `map`, `workers` at a time; results keep their order. Takes up nothing new once `signal` has aborted. */
async function inTurns<Item, Made>(
  items: readonly Item[],
  { workers = 2, signal }: Pick<RunOptions, 'workers' | 'signal'>,
  work: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length && !signal?.aborted) {
      const at = next++
      made[at] = await work(items[at]!)
    }
  }
  await Promise.all(Array.from({ length: workers }, worker))
  return made
}
