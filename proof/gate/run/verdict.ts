import type { Config } from '../../../src/config/config.js'
import { redactText } from '../../../src/redaction/redact-text.js'
import type { Check, Evidence, Finding, RouteCoverage, Verdict } from '../check.js'
import { LET_IT_ANSWER } from '../report/no-answer.js'
import type { Timings } from '../timings.js'
import { partOf } from './part.js'

/** The result of one check. */
export interface Result {
  id: string
  title: string
  proves: string[]
  verdict: Verdict
  exercised: number
  unit: string
  /** why the check had nothing to try in this app */
  nothingToDo?: string
  /** it is about the login of usertwo, and the app keeps its own: no mutant is tried */
  leftToApp?: true
  /** the recording is not of the app as it is */
  stale?: true
  /** mutants that prove nothing in this app, and why */
  ignored?: Finding['ignored']
  evidence: Evidence[]
  notes: string[]
  routes: RouteCoverage[]
  answers?: Finding['answers']
  fix: string
  ms: number
  /** what it spent its time on; absent if it was not run, or not by this run */
  timings?: Timings
}

/**
 * Judges a finding. A problem always fails. A check that exercised nothing does not pass, unless it found
 * that there is nothing to do.
 */
export function judge({ problems, unproven, unanswered, exercised, nothingToDo }: Finding): Verdict {
  if (problems.length) return 'fail'
  const isWhole = !unproven?.length && !unanswered?.length
  return (exercised > 0 || nothingToDo) && isWhole ? 'pass' : 'unknown'
}

const NO_ADDITION = 'the check names no defect that would give it something to do, so that this shows nothing'

type Named = Pick<Check, 'id' | 'title' | 'proves' | 'fix' | 'additions'>

/** Returns the result of a check. A check that threw or ran out of time is unknown, which counts as NO-GO. */
export function resultOf(check: Named, outcome: Finding | Error, ms: number): Result {
  return outcome instanceof Error ? unknownResult(check, outcome, ms) : found(check, outcome, ms)
}

function found(check: Named, finding: Finding, ms: number): Result {
  const { id, title, proves, fix } = check
  const { exercised, unit, notes = [], routes = [], unanswered = [] } = finding
  const problems = distinct(finding.problems)
  const verdict = judge(finding)
  const nothingToDo = verdict === 'pass' ? finding.nothingToDo : undefined
  const unproven = [
    ...(finding.unproven ?? []),
    ...(nothingToDo && !check.additions && !finding.leftToApp
      ? [{ what: `${NO_ADDITION}: ${nothingToDo}` }]
      : []),
  ]
  const nothing: Evidence[] =
    exercised === 0 && !problems.length && !nothingToDo && !unanswered.length
      ? [{ what: 'nothing was exercised' }]
      : []
  const isAboutAnswers = unanswered.length > 0 && !problems.length && !unproven.length
  return {
    id,
    title,
    proves,
    fix: isAboutAnswers ? LET_IT_ANSWER : fix,
    exercised,
    unit,
    ...(nothingToDo && { nothingToDo }),
    ...(finding.leftToApp && { leftToApp: finding.leftToApp }),
    ...(finding.stale && { stale: finding.stale }),
    ...(finding.ignored && { ignored: finding.ignored }),
    ...(finding.answers && { answers: finding.answers }),
    notes,
    routes,
    ms,
    verdict: judge({ ...finding, unproven }),
    evidence: [...problems, ...unanswered, ...nothing, ...unproven],
  }
}

/**
 * Keeps one of each finding, whichever request showed it. A finding that is left out here could not be
 * waived.
 */
function distinct(problems: readonly Evidence[]): Evidence[] {
  const known = new Set<string>()
  return problems.filter(({ curl, ...said }) => {
    const key = JSON.stringify(said)
    return !known.has(key) && known.add(key)
  })
}

function unknownResult({ id, title, proves, fix }: Named, why: Error, ms: number): Result {
  return {
    id,
    title,
    proves,
    fix,
    exercised: 0,
    unit: '',
    notes: [],
    routes: [],
    ms,
    verdict: 'unknown',
    evidence: [{ what: redactText(why.message) }],
  }
}

type Waivers = Config['waivers']

/** Returns a predicate: a waiver counts up to and including its last day. @param today `YYYY-MM-DD` */
export const holdsOn =
  (today: string) =>
  ({ until }: Waivers[number]): boolean =>
    until >= today

/**
 * Applies the waivers for a check, or for named parts of its findings, until their last day. A waiver stays
 * visible in each report.
 */
export function waive(result: Result, waivers: Waivers, today: string): Result {
  const named = waiveParts(result, waivers, today)
  const waiver = waivers.find((one) => one.check === result.id && !one.parts)
  if (!waiver || named.verdict === 'pass' || named.verdict === 'waived') return named
  const note = `waiver until ${waiver.until}: ${waiver.reason}`
  return holdsOn(today)(waiver)
    ? { ...named, verdict: 'waived', notes: [...named.notes, note] }
    : { ...named, notes: [...named.notes, `expired ${note}`] }
}

/**
 * Applies only the waivers that name parts. Everything else stays red, so that a defect can still be seen. A
 * check that found nothing out has no parts.
 */
export function waiveParts(result: Result, waivers: Waivers, today: string): Result {
  const own = waivers.filter(({ check, parts }) => check === result.id && parts)
  if (!/^(fail|unknown)$/.test(result.verdict) || own.length === 0) return result
  const valid = own.filter(holdsOn(today))
  const waiverOf = (evidence: Evidence) => {
    const part = partOf(result.verdict, evidence)
    return valid.find(({ parts }) => part !== null && parts?.includes(part))
  }
  const left = result.evidence.filter((one) => !waiverOf(one))
  const used = new Set(result.evidence.flatMap((one) => waiverOf(one) ?? []))
  const say = ({ parts = [], until, reason }: Waivers[number]) =>
    `${parts.join(', ')} until ${until}: ${reason}`
  const notes = [
    ...result.notes,
    ...[...used].map((one) => `waiver of ${say(one)}`),
    ...own.filter((one) => !valid.includes(one)).map((one) => `expired waiver of ${say(one)}`),
  ]
  return left.length > 0 ? { ...result, evidence: left, notes } : { ...result, verdict: 'waived', notes }
}

/** GO: every check passed, or is waived. */
export function isGo(results: readonly Result[]): boolean {
  return results.length > 0 && results.every(({ verdict }) => verdict === 'pass' || verdict === 'waived')
}
