import type { Config } from '../core/config.js'
import { redactText } from '../core/redact-text.js'
import type { Check, Evidence, Finding, RouteCoverage, Verdict } from './check.js'

/** What became of one check. */
export interface Result {
  id: string
  title: string
  proves: string[]
  verdict: Verdict
  exercised: number
  unit: string
  evidence: Evidence[]
  notes: string[]
  routes: RouteCoverage[]
  fix: string
  ms: number
}

/** Red beats everything; a check that exercised nothing has found nothing out, which is not a pass. */
export function judge(finding: Finding): Verdict {
  if (finding.problems.length) return 'fail'
  return finding.exercised > 0 ? 'pass' : 'unknown'
}

export function resultOf(check: Check, finding: Finding, ms: number): Result {
  const { id, title, proves, fix } = check
  const { exercised, unit, problems, notes = [], routes = [] } = finding
  const nothing: Evidence[] = exercised === 0 && !problems.length ? [{ what: 'nothing was exercised' }] : []
  return {
    id,
    title,
    proves,
    fix,
    exercised,
    unit,
    notes,
    routes,
    ms,
    verdict: judge(finding),
    evidence: [...problems, ...nothing],
  }
}

/** A check that threw or ran out of time: nobody knows, which counts as NO-GO. */
export function unknownResult(check: Check, error: unknown, ms: number): Result {
  const { id, title, proves, fix } = check
  const what = redactText(error instanceof Error ? error.message : String(error))
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
    evidence: [{ what }],
  }
}

/** A waiver in the configuration speaks for a check until its last day; it stays visible each time. */
export function waive(result: Result, waivers: Config['waivers'], today: string): Result {
  if (result.verdict === 'pass') return result
  const waiver = waivers.find((one) => one.check === result.id)
  if (!waiver) return result
  const note = `waiver until ${waiver.until}: ${waiver.reason}`
  return waiver.until >= today
    ? { ...result, verdict: 'waived', notes: [...result.notes, note] }
    : { ...result, notes: [...result.notes, `expired ${note}`] }
}

/** GO: every check passed, or is waived. */
export function isGo(results: readonly Result[]): boolean {
  return results.length > 0 && results.every(({ verdict }) => verdict === 'pass' || verdict === 'waived')
}
