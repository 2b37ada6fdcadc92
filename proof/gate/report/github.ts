import type { Evidence } from '../check.js'
import { partOf } from '../run/part.js'
import type { Result } from '../run/verdict.js'
import { byRoute } from './by-route.js'
import { firstWords, type Reporter, survivors, waiverLines } from './report.js'

/**
 * Renders workflow commands of GitHub Actions: one annotation for each problem, on its line if that is known.
 */
export const github: Reporter = {
  name: 'github',
  file: null,
  render(report) {
    const lines = [
      ...report.results.flatMap((result) => result.checks).flatMap(annotations),
      ...survivors(report).map((proof) =>
        command(
          'error',
          { title: `${proof.check}: a mutant survived` },
          `${proof.mutant}: ${firstWords(proof)}`,
        ),
      ),
      ...waiverLines(report).map((line) => command('notice', { title: 'waiver' }, line)),
    ]
    return lines.map((line) => `${line}\n`).join('')
  },
}

const MOST = 10

function annotations({ id, title, verdict, evidence, fix }: Result): string[] {
  if (verdict === 'pass') return []
  const level = verdict === 'waived' ? 'warning' : 'error'
  return byRoute(evidence)
    .details.slice(0, MOST)
    .map((one) =>
      command(
        level,
        { ...place(one.at), title: id },
        [title, ...described(one, partOf(verdict, one)), `Fix: ${fix}`].join('\n'),
      ),
    )
}

function described(
  { what, route, table, column, leaked, expected, got, curl }: Evidence,
  part: string | null,
): string[] {
  return [
    route ? `${what} [${route}]` : what,
    ...(leaked === undefined
      ? []
      : [`leaked ${leaked}, of ${[table, column].filter(Boolean).join('.') || 'an owned table'}`]),
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(got === undefined ? [] : [`got ${got}`]),
    ...(curl ? [curl] : []),
    ...(part === null ? [] : [`part ${part}`]),
  ]
}

/** Parses `server/app.js:12:5, …`: returns the first place. */
function place(at: string | undefined): Record<string, string> {
  const found = at && /^([^:,]+):(\d+)(?::(\d+))?/.exec(at)
  if (!found) return {}
  const [, file, line, col] = found
  return { file: file!, line: line!, ...(col && { col }) }
}

/**
 * A value may contain anything: characters that end a property or a line are escaped as the runner un-escapes
 * them.
 */
function command(
  level: 'error' | 'warning' | 'notice',
  properties: Record<string, string>,
  message: string,
): string {
  const given = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`)
  return `::${level} ${given.join(',')}::${data(message)}`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
