import { isSound, mutantsOf, type Proof, stateOf } from './proof.js'
import { type Run, runCheck } from './run-check.js'
import type { Ran } from './run-phase.js'
import type { Suite } from './suite.js'
import { eachInTurn } from './turns.js'
import { resultOf, waiveParts } from './verdict.js'

/** Runs each check again with each of its mutants in the app. All of them must turn it red. */
export function prove(ran: readonly Ran[], phase: Suite, options: Run, today: string): Promise<Proof[]> {
  const { project } = options
  const pairs = ran.flatMap(({ check, seen, result }) => {
    if (!isSound(seen) && result.verdict === 'waived') return []
    const tried = mutantsOf(check, project, seen)
    return tried.map((mutant) => ({ check, mutant, clean: seen }))
  })
  return eachInTurn(pairs, phase, options, async ({ check, mutant, clean }) => {
    const mutated = mutant.by.config?.(project.config) ?? project.config
    const tried = isSound(clean) ? await runCheck(check, phase, options, mutant) : null
    const result = tried
      ? waiveParts(resultOf(check, tried.outcome, tried.ms), mutated.waivers, today)
      : clean
    const state = stateOf(mutant, result, tried?.called ?? null)
    const proof = { check: check.id, mutant: mutant.name, ...state, result }
    options.onProof?.(phase, proof)
    return proof
  })
}
