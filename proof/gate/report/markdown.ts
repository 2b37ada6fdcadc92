import type { Evidence, Verdict } from '../check.js'
import { partOf } from '../run/part.js'
import type { Result } from '../run/verdict.js'
import { byRoute } from './by-route.js'
import { firstWords, isAllGo, type Reporter, survivors, triedIn, waiverLines } from './report.js'

const WORDS: Record<Verdict, string> = {
  pass: 'pass',
  fail: '**fail**',
  unknown: '**unknown**',
  waived: 'waived',
}

/** Renders Markdown for a pull request or a job summary: one table, then each problem with its fix. */
export const markdown: Reporter = {
  name: 'markdown',
  file: 'gate.md',
  render(report) {
    const { app, dial, results } = report
    const checks = results.flatMap((result) => result.checks)
    const wrong = checks.filter((check) => check.verdict !== 'pass')
    const proofs = results.flatMap((result) => result.proofs)
    const survived = survivors(report)
    const rows = results.flatMap(({ phase, name, go, checks: found }) => [
      `| **${phase} ${cell(name)}** | | **${go ? 'GO' : 'NO-GO'}** | | |`,
      ...found.map(
        (check) =>
          `| ${cell(check.title)} | \`${check.id}\` | ${WORDS[check.verdict]} | ${cell(triedIn(check))} | ${(check.ms / 1000).toFixed(1)} s |`,
      ),
    ])
    return [
      `## ${cell(app)}: ${isAllGo(report) ? 'GO' : 'NO-GO'} at phase ${dial}`,
      '',
      '| fact | check | verdict | exercised | time |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
      ...wrong.flatMap(section),
      ...list('Waivers', waiverLines(report).map(inline)),
      ...(proofs.length
        ? ['', `### Mutants: ${proofs.length - survived.length} of ${proofs.length} red`, '']
        : []),
      ...(proofs.length && !survived.length ? ['None survived.'] : []),
      ...survived.map(
        (proof) => `- \`${proof.check}\` with ${inline(proof.mutant)}: ${inline(firstWords(proof))}`,
      ),
      '',
    ].join('\n')
  },
}

function section({ id, title, verdict, evidence, notes, fix }: Result): string[] {
  const { overview, details } = byRoute(evidence)
  const routes = overview.map(({ route, what }) => `- ${code(route)}: ${inline(what)}`)
  return [
    '',
    `### ${inline(title)} (\`${id}\`)`,
    '',
    ...(routes.length ? [...routes, '', 'In full:', ''] : []),
    ...details.slice(0, 10).flatMap((one) => item(one, partOf(verdict, one))),
    ...(details.length > 10 ? [`- and ${details.length - 10} more`] : []),
    '',
    ...notes.flatMap((note) => [`> ${inline(note)}`, '']),
    `Fix: ${inline(fix)}`,
  ]
}

function item(
  { what, route, table, column, leaked, at, expected, got, curl }: Evidence,
  part: string | null,
): string[] {
  const where = [route, table && `table ${table}`, column && `column ${column}`, at]
    .filter(Boolean)
    .map((text) => ` ${code(text!)}`)
  return [
    `- ${inline(what)}${where.join('')}`,
    ...(leaked === undefined ? [] : [`  - leaked ${code(leaked)}`]),
    ...(expected === undefined ? [] : [`  - expected ${code(expected)}`]),
    ...(got === undefined ? [] : [`  - got ${code(got)}`]),
    ...(curl ? [`  - ${code(curl)}`] : []),
    ...(part === null ? [] : [`  - part ${code(part)}`]),
  ]
}

function list(heading: string, items: string[]): string[] {
  return items.length ? ['', `### ${heading}`, '', ...items.map((one) => `- ${one}`)] : []
}

/** Renders one line of plain text, in which nothing is taken for Markdown or HTML. */
export function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|~&]/g, '\\$&')
}

function cell(text: string): string {
  return inline(text)
}

/** Renders a code span for a text with any backticks: the fence is longer than any run of them. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((ticks) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const pad = /^`|`$/.test(line) ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}
