import type { Config } from '../../../src/config/config.js'
import type { Proof } from '../run/proof.js'
import type { PhaseResult } from '../run/run-phase.js'
import type { Result } from '../run/verdict.js'

/** The result of a gate run, for a reporter to render. */
export interface Report {
  app: string
  dial: number
  config: Config
  results: readonly PhaseResult[]
  /** day of the run, `YYYY-MM-DD`, for the dates of waivers */
  today: string
  /** end of the run, ISO 8601 in UTC */
  at: string
  versions: { usertwo: string; node: string }
}

/** One format of a report. */
export interface Reporter {
  name: string
  /** the name of its file in a folder; null: its lines are for the standard output only */
  file: string | null
  /** meant for a browser: it is written to its file even if it is the only reporter */
  isPage?: boolean
  /** the whole report, ending in a newline */
  render(report: Report): string
}

/** Returns whether all phases are GO, and there was at least one. */
export function isAllGo({ results }: Report): boolean {
  return results.length > 0 && results.every((result) => result.go)
}

/**
 * Returns the mutants that did not turn their check red. Each shows a check that would not notice this
 * defect.
 */
export function survivors({ results }: Pick<Report, 'results'>): Proof[] {
  return results.flatMap((result) => result.proofs).filter((proof) => !proof.red)
}

/** Returns how much a check tried, or why it had nothing to try. */
export function triedIn({ exercised, unit, nothingToDo }: Result): string {
  return nothingToDo ? `nothing to do: ${nothingToDo}` : `${exercised} ${unit}`.trim()
}

/** Returns the first line of a result, for places with one line. */
export function firstWords(proof: Proof): string {
  const seen = proof.result.evidence[0]?.what ?? proof.result.verdict
  const what = proof.why ? `${proof.why}; the first is: ${seen}` : seen
  return what.split('\n').slice(0, 6).join(' | ')
}

/** Returns every waiver of the configuration, each time, whether it was needed or not. */
export function waiverLines({ config, today }: Pick<Report, 'config' | 'today'>): string[] {
  return config.waivers.map(
    ({ check, parts, reason, until }) =>
      `${check}${parts ? ` (${parts.join(', ')})` : ''} is waived until ${until}${until < today ? ', which is over: it counts no more' : ''}: ${reason}`,
  )
}
