import { createHash } from 'node:crypto'
import { visible } from '../../../proof/gate/report/visible.js'
import { KINDS, kindFor, kindIds, type ScanFinding } from '../kinds.js'
import { fixedBy, type ScanOutput, type ScanReport } from './report.js'

/** SARIF 2.1.0, as code scanning takes it: a rule for each kind, a result for each place. */
export const sarif: ScanOutput = {
  name: 'sarif',
  render: ({ facts, findings, routes, left }) => {
    const document = {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'usertwo', rules: kindIds.map((id) => ruleOf(id, facts)) } },
          columnKind: 'utf16CodeUnits',
          results: findings.map(resultOf),
          invocations: [
            {
              executionSuccessful: true,
              toolExecutionNotifications: [
                ...openRoutes(routes),
                ...left.map(({ file, why }) => ({
                  level: 'note',
                  message: { text: `not looked at: ${visible(why)}` },
                  locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
                })),
              ],
            },
          ],
        },
      ],
    }
    return `${JSON.stringify(document, null, 2)}\n`
  },
}

/** A part of a route that was not understood, and where it is. */
function openRoutes(routes: ScanReport['routes']): object[] {
  return routes.flatMap(({ method, path, open }) =>
    open.map(({ at, why }) => ({
      level: 'warning',
      message: { text: `not understood: ${visible(`${method} ${path} at ${at} ${why}`)}` },
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(partsOf(at).file) } } }],
    })),
  )
}

function ruleOf(id: (typeof kindIds)[number], facts: ScanReport['facts']): object {
  const { title, gain, fix, phase, level } = kindFor(id, facts)
  const by = fix === null ? null : fixedBy(phase)
  return {
    id,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: gain },
    help: by
      ? { text: `${gain} ${by}. ${fix}`, markdown: `${gain}\n\n**${by}.** ${fix}` }
      : { text: gain, markdown: gain },
    defaultConfiguration: { level },
    properties: { tags: ['security', ...(phase === null ? [] : [`phase-${phase}`])] },
  }
}

function resultOf({ kind, at, what, routes = [] }: ScanFinding): object {
  const { file, line } = partsOf(at)
  const behind = routes.length ? `, behind ${routes.join(', ')}` : ''
  return {
    ruleId: kind,
    ruleIndex: kindIds.indexOf(kind),
    level: KINDS[kind].level,
    message: { text: `${visible(what + behind)}. ${KINDS[kind].gain}` },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line } } },
    ],
    // Without the line: the same finding after lines were added above it.
    partialFingerprints: {
      'usertwo/v1': createHash('sha256').update(`${kind}\0${file}\0${what}`).digest('hex').slice(0, 32),
    },
  }
}

function partsOf(at: string): { file: string; line: number } {
  const [, file = at, line = '1'] = /^(.*):(\d+)$/.exec(at) ?? []
  return { file, line: Number(line) }
}

/** Relative to the folder that was looked at; a name may hold anything. */
const uriOf = (file: string) => file.split('/').map(encodeURIComponent).join('/')
