import { styleText } from 'node:util'
import type { Phase } from '../../phases/phase.js'
import type { PhaseResult, Proof } from '../run.js'
import type { Result } from '../verdict.js'

type Style = Parameters<typeof styleText>[0]

/** Lines for people; colour only on a terminal. */
export function paint(style: Style, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const MARKS = {
  pass: ['green', '✓'],
  waived: ['yellow', '○'],
  unknown: ['yellow', '?'],
  fail: ['red', '✗'],
} as const

export function resultLines(result: Result, verbose = false): string[] {
  const [style, mark] = MARKS[result.verdict]
  const count = result.exercised ? `${result.exercised} ${result.unit}` : result.verdict
  const head = `  ${paint(style, mark)} ${result.title} ${paint('dim', `(${result.id}: ${count}, ${seconds(result.ms)})`)}`
  const notes =
    verbose || result.verdict !== 'pass' ? result.notes.map((note) => `      ${paint('dim', note)}`) : []
  if (result.verdict === 'pass') return [head, ...notes]
  const evidence = result.evidence
    .slice(0, 5)
    .flatMap(({ what, route, expected, got, table, at, curl }) => [
      `      ${what}${route ? ` [${route}]` : ''}${table ? ` in table ${table}` : ''}${at ? ` at ${at}` : ''}`,
      ...(expected !== undefined ? [`        expected ${expected}`] : []),
      ...(got !== undefined ? [`        got      ${got}`] : []),
      ...(curl ? [`        ${curl}`] : []),
    ])
  const more = result.evidence.length > 5 ? [`      … and ${result.evidence.length - 5} more`] : []
  return [head, ...notes, ...evidence, ...more, `      fix: ${result.fix}`]
}

export function proofLine({ check, mutation, red, result }: Proof): string {
  if (red) return `    ${paint('green', 'red as it must be')}: ${check} with ${mutation}`
  const why = result.evidence[0]?.what ?? result.verdict
  return `    ${paint('red', 'SURVIVED')}: ${check} with ${mutation} (${result.verdict}: ${why.split('\n').slice(0, 6).join(' | ')})`
}

/** `N name GO checks/exercised/time`, the line of the walk. */
export function phaseLine(phase: Pick<Phase, 'number' | 'name'>, result: PhaseResult): string {
  const verdict = result.go ? paint('green', 'GO') : paint('red', 'NO-GO')
  const counts = new Map<string, number>()
  for (const { exercised, unit } of result.checks)
    if (exercised) counts.set(unit, (counts.get(unit) ?? 0) + exercised)
  const exercised = [...counts].map(([unit, count]) => `${count} ${unit}`).join(', ')
  const checks = `${result.checks.length} check${result.checks.length === 1 ? '' : 's'}`
  return `${phase.number} ${phase.name.padEnd(10)} ${verdict}  ${checks}: ${exercised}  ${seconds(result.ms)}`
}
