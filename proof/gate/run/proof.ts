import { NOT_SERVED } from '../app/target.js'
import type { Check, Evidence, Mutant } from '../check.js'
import type { Project } from '../project.js'
import { mutantId } from '../replace/replacing.js'
import { type Run, runCheck } from './run-check.js'
import type { Ran } from './run-phase.js'
import type { Suite } from './suite.js'
import { eachInTurn } from './turns.js'
import { type Result, resultOf, waiveParts } from './verdict.js'

/** A defect in what is waived already would show nothing. */
export const NOT_PROVED = 'its mutants were not tried: what is red without them proves nothing by being red'

/**
 * The outcome of a mutant. Killed: the check was red for the right reason; only this proves anything. No
 * coverage: nothing called what the mutant replaces. Compile error: it no longer fits the code. Timeout: the
 * check did not end. Otherwise it survived.
 */
export type State = 'killed' | 'survived' | 'no coverage' | 'timeout' | 'compile error'

/** Whether a mutant turned its check red. */
export interface Proof {
  check: string
  mutant: string
  /** the mutant was killed */
  red: boolean
  state: State
  /** why a red check does not count as killed, or what was never called */
  why?: string
  /** what the check reported about the mutated app */
  result: Result
}

/**
 * Returns the mutants of a check: its own, and those that the project adds to it.
 *
 * @param seen what the check found without a mutant: if there was nothing to do, its own mutants have nothing
 * to break, and its additions are used instead; mutants that prove nothing in this app are left out
 * @throws Error if the check ignores a name that its mutants do not have
 */
export function mutantsOf(
  check: Check,
  { config, mutants }: Project,
  { nothingToDo, leftToApp, ignored = {} }: Pick<Result, 'nothingToDo' | 'leftToApp' | 'ignored'> = {},
): readonly Mutant[] {
  if (leftToApp) return []
  if (nothingToDo) return check.additions ?? []
  const own = typeof check.mutants === 'function' ? check.mutants(config) : check.mutants
  const all = [...own, ...(mutants?.[check.id] ?? [])]
  const none = Object.keys(ignored).find((name) => !own.some((mutant) => mutant.name === name))
  if (none) throw new Error(`${check.id} ignores "${none}", which is not a mutant of it`)
  const left = all.filter(({ name }) => !Object.hasOwn(ignored, name))
  return left.length > 0 ? left : (check.additions ?? [])
}

/** Returns the lines of a report about the mutants that prove nothing in this app. */
export function notTried({ ignored = {} }: Pick<Result, 'ignored'>): string[] {
  return Object.entries(ignored).map(([name, why]) => `not tried: "${name}", since ${why}`)
}

/**
 * Returns whether the check is green without the mutant, or red only in parts that a waiver names. Otherwise
 * a red check proves nothing.
 */
export function isSound({ verdict }: Result): boolean {
  return verdict === 'pass' || verdict === 'waived'
}

const UNFIT = /the mutant does not fit/
const LATE = /^not finished within /

/** Joins all texts of a piece of evidence. */
function words({ what, part, route, table, column, expected, got, leaked, at, curl }: Evidence): string {
  return [what, part, route, table, column, expected, got, leaked, at, curl].filter(Boolean).join('\n')
}

/**
 * Returns why a red check does not prove that it sees this mutant: the defect may no longer fit the code, or
 * the mutant may not have started at all.
 */
export function unprovedBy(
  { names = '', refuses = false }: Mutant,
  { evidence }: Pick<Result, 'evidence'>,
): string | undefined {
  const all = evidence.map(words)
  const unfit = all.find((text) => UNFIT.test(text))
  if (unfit) return `it is red, but ${unfit.slice(unfit.search(UNFIT)).split('\n')[0]}`
  const told = refuses ? all : all.filter((text) => !NOT_SERVED.test(text))
  if (told.length === 0) return 'it is red only because the app did not start'
  if (told.some((text) => (names instanceof RegExp ? names.test(text) : text.includes(names)))) return
  return `it is red for another reason: no evidence names ${names}`
}

/** @param called the replaced functions that were called; null: nothing was tried */
export function stateOf(
  mutant: Mutant,
  { verdict, evidence }: Pick<Result, 'verdict' | 'evidence'>,
  called: readonly string[] | null,
): Pick<Proof, 'red' | 'state' | 'why'> {
  if (!called) return { red: false, state: 'survived' }
  const says = (text: RegExp) => evidence.some((one) => text.test(words(one)))
  const why = verdict === 'fail' ? unprovedBy(mutant, { evidence }) : undefined
  if (says(UNFIT)) return { red: false, state: 'compile error', ...(why && { why }) }
  if (verdict === 'unknown' && says(LATE)) return { red: false, state: 'timeout' }
  const idle = notCovered(mutant, verdict, called)
  if (idle) return { red: false, state: 'no coverage', why: idle }
  if (verdict !== 'fail') return { red: false, state: 'survived' }
  return why ? { red: false, state: 'survived', why } : { red: true, state: 'killed' }
}

/**
 * Returns why a check cannot have seen a mutant, whatever its result: the app never called the replaced
 * functions, so it ran unchanged. One of several replacements is enough for a red check, because an app with
 * pg has no query layer to remove.
 */
function notCovered(
  { by: { replace = [], ...more } }: Mutant,
  verdict: Result['verdict'],
  called: readonly string[],
): string | undefined {
  const idle = replace.find((one) => !called.includes(mutantId(one)))
  const has = Object.values(more).some(Boolean) || replace.some((one) => called.includes(mutantId(one)))
  if (!idle || (has && verdict === 'fail')) return
  const names = Object.keys(idle.overrides).join(', ')
  return `the app called no ${names} of ${idle.module}; let the check do what needs it, or replace what is called`
}

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
