import { github } from './github.js'
import { htmlPage } from './html/reporter.js'
import { json } from './json.js'
import { junit } from './junit.js'
import { markdown } from './markdown.js'
import type { Reporter } from './report.js'
import { phaseLine, proofLine, resultLines, summaryLines } from './terminal.js'

/** Renders the lines for people, as they are printed while the gate runs. */
const table: Reporter = {
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

/** All reporters of `gate --reporter`, in the order of its help. */
export const reporters: readonly Reporter[] = [table, json, junit, markdown, github, htmlPage]
