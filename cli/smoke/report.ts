import { paint } from '../../proof/gate/report/terminal.js'
import type { SmokeLine } from './smoke.js'

const COLOURS = { GO: 'green', 'NO-GO': 'red', 'not exercised': 'yellow', unknown: 'yellow' } as const
const WIDTH = 'not exercised'.length

/** A line of the checklist, and what is wrong below it. */
export function lineOf({ id, title, verdict, exercised, seen, problems, fix, ms }: SmokeLine): string[] {
  const counted = exercised ? `${exercised} facts, ` : ''
  const said = seen.length ? `: ${seen.join('; ')}` : ''
  const head = `  ${paint(COLOURS[verdict], verdict.padEnd(WIDTH))}  ${title} ${paint('dim', `(${id}: ${counted}${(ms / 1000).toFixed(1)} s)`)}${said}`
  if (verdict === 'GO' || verdict === 'not exercised') return [head]
  return [
    head,
    ...problems.flatMap(({ what, route, table, expected, got }) => [
      `      ${what}${route ? ` [${route}]` : ''}${table ? ` in table ${table}` : ''}`,
      ...(expected === undefined ? [] : [`        expected ${expected}`]),
      ...(got === undefined ? [] : [`        got      ${got}`]),
    ]),
    `      fix: ${fix}`,
  ]
}

const count = (lines: readonly SmokeLine[], verdict: SmokeLine['verdict']) =>
  lines.filter((line) => line.verdict === verdict).length

/** GO if nothing is wrong. Untried lines are reported, and do not prevent a GO. */
export function verdictOf(lines: readonly SmokeLine[]): 'GO' | 'NO-GO' | 'unknown' {
  if (count(lines, 'NO-GO')) return 'NO-GO'
  return count(lines, 'unknown') ? 'unknown' : 'GO'
}

export function summaryOf(url: string, lines: readonly SmokeLine[]): string {
  const verdict = verdictOf(lines)
  const ms = lines.reduce((sum, line) => sum + line.ms, 0)
  const counts = (['GO', 'NO-GO', 'unknown', 'not exercised'] as const).flatMap((one) =>
    count(lines, one) ? [`${count(lines, one)} ${one}`] : [],
  )
  return `smoke ${url} ${paint(COLOURS[verdict], verdict)}  ${counts.join(', ')}  ${(ms / 1000).toFixed(1)} s`
}

/** The document of `smoke --json`. */
export function jsonOf(url: string, lines: readonly SmokeLine[]): object {
  const verdict = verdictOf(lines)
  return {
    url,
    go: verdict === 'GO',
    verdict,
    items: lines.map((line) => ({ ...line, ms: Math.round(line.ms) })),
  }
}
