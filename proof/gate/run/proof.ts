import { NOT_SERVED } from '../app/target.js'
import type { Check, Evidence, Mutant } from '../check.js'
import type { Project } from '../project.js'
import { mutantId } from '../replace/replacing.js'
import type { Result } from './verdict.js'

/** A defect in what is waived as it stands would show nothing. */
export const NOT_PROVED = 'its mutants were not tried: what is red without them proves nothing by being red'

/**
 * What became of a mutant. Killed: the check was red, and said why; only that proves anything. No coverage:
 * nothing called what it replaces. Compile error: it no longer fits the code. Timeout: the check came to no
 * end. Else it survived.
 */
export type State = 'killed' | 'survived' | 'no coverage' | 'timeout' | 'compile error'

/** Whether a mutant turned its check red. */
export interface Proof {
  check: string
  mutant: string
  /** it was killed */
  red: boolean
  state: State
  /** why it does not count as killed although the check is red, or what was never called */
  why?: string
  /** what the check said about the mutated app */
  result: Result
}

/**
 * The mutants of a check: its own, and those the project brings for it.
 * @param seen what the check found without one: where there was nothing to do there is nothing for its own to
 *   break, and something is added instead; what can mean nothing in this app is left out
 * @throws Error when the check ignores what is no mutant of it
 */
export function mutantsOf(
  check: Check,
  { config, mutants }: Project,
  { nothingToDo, ignored = {} }: Pick<Result, 'nothingToDo' | 'ignored'> = {},
): readonly Mutant[] {
  if (nothingToDo) return check.additions ?? []
  const own = typeof check.mutants === 'function' ? check.mutants(config) : check.mutants
  const all = [...own, ...(mutants?.[check.id] ?? [])]
  const none = Object.keys(ignored).find((name) => !own.some((mutant) => mutant.name === name))
  if (none) throw new Error(`${check.id} ignores "${none}", which is no mutant of it`)
  const left = all.filter(({ name }) => !Object.hasOwn(ignored, name))
  return left.length > 0 ? left : (check.additions ?? [])
}

/** What a report says of the mutants that can mean nothing in this app. */
export function notTried({ ignored = {} }: Pick<Result, 'ignored'>): string[] {
  return Object.entries(ignored).map(([name, why]) => `not tried: "${name}", since ${why}`)
}

/**
 * Red proves something only where the same check is green without the mutant, or red in parts that a waiver
 * names and the mutant is not among them.
 */
export function isSound({ verdict }: Result): boolean {
  return verdict === 'pass' || verdict === 'waived'
}

const UNFIT = /the mutant does not fit/
const LATE = /^not finished within /

/** All that a piece of evidence says, as one text. */
function words({ what, part, route, table, column, expected, got, leaked, at, curl }: Evidence): string {
  return [what, part, route, table, column, expected, got, leaked, at, curl].filter(Boolean).join('\n')
}

/**
 * Why a red check does not prove that it sees this mutant: it may be red because the defect no longer fits
 * the code, or because the mutant did not start at all.
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

/** @param called what stood in for a module of the toolkit and was called; null: nothing was tried */
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
 * Why a check cannot have seen a mutant, whatever it said: the app never called what stands in for the
 * toolkit's own, so that it ran as it is. One of several parts is enough to be red: an app by pg has no query
 * layer to take away.
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
