import { secretsShown } from '../app/secrets-shown.js'
import { startsAt } from '../app/starts.js'
import type { Check, Evidence } from '../check.js'
import { isSound, NOT_PROVED, notTried, type Proof, prove } from './proof.js'
import { type Run, runCheck } from './run-check.js'
import { checksOf, type Suite } from './suite.js'
import { eachInTurn } from './turns.js'
import { isGo, type Result, resultOf, waive, waiveParts } from './verdict.js'

export interface PhaseResult {
  phase: number
  name: string
  go: boolean
  checks: Result[]
  proofs: Proof[]
  /** from the end of the phase before it, or of the beginning, to its own */
  ms: number
}

/** Runs the checks of a phase, once the app has started, and the mutants that prove them. */
export async function runPhase(
  phase: Suite,
  given: Omit<Run, 'unanswered'>,
): Promise<Omit<PhaseResult, 'ms'>> {
  const options: Run = { ...given, unanswered: new Map() }
  const today = new Date().toISOString().slice(0, 10)
  const checks = checksOf(phase, options.only, options.project.config)
  const over = (results: Result[], proofs: Proof[] = []) => ({
    phase: phase.number,
    name: phase.name,
    go: isGo(results) && proofs.every((proof) => proof.red),
    checks: results,
    proofs,
  })
  const dials = phase === options.phases[0] ? [0, phase.number] : [phase.number]
  const first = startsAt(dials)
  const rank = options.phases.indexOf(phase)
  const { outcome, ms } = await options.turns.take({ rank }, () => runCheck(first, phase, options))
  const starts = resultOf(first, outcome, ms)
  options.signal.throwIfAborted()
  if (checks.length > 0 && starts.verdict !== 'pass') {
    const why = new Error('not run: the app does not start, or is not healthy')
    const notRun = [starts, ...checks.map((check) => resultOf(check, why, 0))]
    for (const result of notRun) options.onResult?.(phase, result)
    return over(notRun)
  }
  const pairs = checks.map((check) => ({ check }))
  const ran = await eachInTurn(pairs, phase, options, ({ check }) => runOnce(check, phase, options, today))
  options.signal.throwIfAborted()
  const results = ran.map(({ result }) => result)
  const shown = secretsShown(
    ran.flatMap(({ leaked }) => leaked),
    ran.flatMap(({ found }) => found.evidence),
  )
  if (shown) {
    results.push(waive(shown, options.project.config.waivers, today))
    options.onResult?.(phase, results.at(-1)!)
  }
  const proofs = options.prove ? await prove(ran, phase, options, today) : []
  options.signal.throwIfAborted()
  return over(results, proofs)
}

/** The result of a check without a mutant. */
export interface Ran {
  check: Check
  /** secrets of the environment in the answers to it, whatever the check is about */
  leaked: readonly Evidence[]
  /** before any waiver */
  found: Result
  /** after the waivers that name parts */
  seen: Result
  /** after all waivers */
  result: Result
}

async function runOnce(check: Check, phase: Suite, options: Run, today: string): Promise<Ran> {
  const { waivers } = options.project.config
  const { outcome, ms, timings, leaked } = await runCheck(check, phase, options)
  const found = { ...resultOf(check, outcome, ms), timings }
  const seen = waiveParts(found, waivers, today)
  const result = waive(seen, waivers, today)
  if (options.prove && !isSound(seen) && result.verdict === 'waived') result.notes.push(NOT_PROVED)
  if (options.prove) result.notes.push(...notTried(result))
  options.onResult?.(phase, result)
  return { check, leaked, found, seen, result }
}
