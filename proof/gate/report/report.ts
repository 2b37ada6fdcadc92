import type { Config } from '../../../src/config/config.js'
import type { Proof } from '../run/proof.js'
import type { PhaseResult } from '../run/run-phase.js'
import type { Result } from '../run/verdict.js'

/** What a gate run found out, for a reporter to put into words. */
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

/** One way to tell it. */
export interface Reporter {
  name: string
  /** what its file is called in a folder; null: its lines are for the standard output only */
  file: string | null
  /** to be opened in a browser: it goes to its file even if it is alone */
  isPage?: boolean
  /** the whole report, ending in a newline */
  render(report: Report): string
}

/** All phases are GO, and there was at least one. */
export function isAllGo({ results }: Report): boolean {
  return results.length > 0 && results.every((result) => result.go)
}

/** Mutants that did not turn their check red: each is a check that would not notice this defect. */
export function survivors({ results }: Pick<Report, 'results'>): Proof[] {
  return results.flatMap((result) => result.proofs).filter((proof) => !proof.red)
}

/** How much a check tried, or why there was nothing to try. */
export function triedIn({ exercised, unit, nothingToDo }: Result): string {
  return nothingToDo ? `nothing to do: ${nothingToDo}` : `${exercised} ${unit}`.trim()
}

/** The first line of what was found out, for one-line places. */
export function firstWords(proof: Proof): string {
  const seen = proof.result.evidence[0]?.what ?? proof.result.verdict
  const what = proof.why ? `${proof.why}; the first is: ${seen}` : seen
  return what.split('\n').slice(0, 6).join(' | ')
}

/** Every waiver of the configuration, said each time, whether it was needed or not. */
export function waiverLines({ config, today }: Pick<Report, 'config' | 'today'>): string[] {
  return config.waivers.map(
    ({ check, parts, reason, until }) =>
      `${check}${parts ? ` (${parts.join(', ')})` : ''} is waived until ${until}${until < today ? ', which is over: it counts no more' : ''}: ${reason}`,
  )
}
