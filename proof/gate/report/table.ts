import type { Reporter } from './report.js'
import { phaseLine, proofLine, resultLines, summaryLines } from './terminal.js'

/** Renders the lines for people, as they are printed while the gate runs. */
export const table: Reporter = {
  name: 'table',
  file: null,
  render: (report) =>
    [
      ...report.results.flatMap((result) => [
        ...result.checks.flatMap((check) => resultLines(check)),
        ...result.proofs.map(proofLine),
        phaseLine({ number: result.phase, name: result.name }, result),
      ]),
      ...summaryLines(report),
      '',
    ].join('\n'),
}
