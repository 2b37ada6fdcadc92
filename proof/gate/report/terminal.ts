import { styleText } from 'node:util'
import { partOf } from '../run/part.js'
import type { Proof } from '../run/proof.js'
import type { PhaseResult } from '../run/run-phase.js'
import type { Result } from '../run/verdict.js'
import { sumOfTimings, WORK } from '../timings.js'
import { byRoute, SHOWN } from './by-route.js'
import { firstWords, type Report, survivors, triedIn, waiverLines } from './report.js'

type Style = Parameters<typeof styleText>[0]

/** Colours a line for people, only on a terminal. */
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
  const count = result.exercised || result.nothingToDo ? triedIn(result) : result.verdict
  const head = `  ${paint(style, mark)} ${result.title} ${paint('dim', `(${result.id}: ${count}, ${seconds(result.ms)})`)}`
  // Incidental notes follow the findings.
  const notes =
    verbose || result.verdict !== 'pass' ? result.notes.map((note) => `      ${paint('dim', note)}`) : []
  if (result.verdict === 'pass') return [head, ...notes]
  const { overview, details } = byRoute(result.evidence)
  const routes = overview.map(({ route, what }) => `      ${route}: ${what}`)
  const evidence = details.slice(0, SHOWN).flatMap((one) => {
    const { what, route, expected, got, table, column, leaked, at, curl } = one
    const part = partOf(result.verdict, one)
    return [
      `      ${what}${route ? ` [${route}]` : ''}${table ? ` in table ${table}` : ''}${column ? `, column ${column}` : ''}${at ? ` at ${at}` : ''}`,
      ...(leaked !== undefined ? [`        leaked   ${leaked}`] : []),
      ...(expected !== undefined ? [`        expected ${expected}`] : []),
      ...(got !== undefined ? [`        got      ${got}`] : []),
      ...(curl ? [`        ${curl}`] : []),
      ...(part === null ? [] : [`        part     ${part}`]),
    ]
  })
  const more = details.length > SHOWN ? [`      … and ${details.length - SHOWN} more`] : []
  return [head, ...routes, ...evidence, ...more, ...notes, `      fix: ${result.fix}`]
}

export function proofLine(proof: Proof): string {
  const { check, mutant, red, state, result } = proof
  if (red) return `    ${paint('green', 'red as it must be')}: ${check} with ${mutant}`
  return `    ${paint('red', state.toUpperCase())}: ${check} with ${mutant} (${result.verdict}: ${firstWords(proof)})`
}

/** Returns `N name GO checks/exercised/time`, the line of a phase. */
export function phaseLine(phase: { number: number; name: string }, result: PhaseResult): string {
  const verdict = result.go ? paint('green', 'GO') : paint('red', 'NO-GO')
  const counts = new Map<string, number>()
  for (const { exercised, unit, nothingToDo } of result.checks)
    if (exercised && !nothingToDo) counts.set(unit, (counts.get(unit) ?? 0) + exercised)
  const exercised = [...counts].map(([unit, count]) => `${count} ${unit}`).join(', ')
  const checks = `${result.checks.length} check${result.checks.length === 1 ? '' : 's'}`
  const tried = exercised ? `${checks}: ${exercised}` : checks
  return `${phase.number} ${phase.name.padEnd(10)} ${verdict}  ${tried}  ${seconds(result.ms)}`
}

/**
 * Returns the last lines: the waivers, and after `--prove` the mutants that survived, or that none did.
 */
export function summaryLines(report: Pick<Report, 'config' | 'today' | 'results'>): string[] {
  const proofs = report.results.flatMap((result) => result.proofs)
  const survived = survivors(report)
  const lines = waiverLines(report).map((line) => `${paint('yellow', 'waiver')}: ${line}`)
  if (!proofs.length) return lines
  const checks = new Set(proofs.map((proof) => proof.check)).size
  return [
    ...lines,
    `${proofs.length - survived.length} of ${proofs.length} mutants turned their check red (${checks} checks).`,
    survived.length ? `Surviving mutants: ${survived.length}` : 'Surviving mutants: none',
    ...survived.map(proofLine),
  ]
}

/**
 * Returns a table of the checks, the longest first: the seconds that each took, and what it spent them on, with how often. `own` is
 * the rest: what the check does itself, also in a browser, and its waits. `ends` come after the check.
 */
export function timingLines(results: readonly PhaseResult[]): string[] {
  const ran = results
    .flatMap(({ checks }) => checks)
    .flatMap(({ id, ms, timings }) => (timings ? [{ id, ms, timings }] : []))
    .sort((a, b) => b.ms - a.ms)
  const all = {
    id: 'all checks',
    ms: ran.reduce((sum, { ms }) => sum + ms, 0),
    timings: sumOfTimings(ran.map(({ timings }) => timings)),
  }
  const rows = [...ran, all].map(({ id, ms, timings }) => {
    const inside = WORK.filter((work) => work !== 'ends').reduce((sum, work) => sum + timings[work].ms, 0)
    const cells = WORK.map((work) => {
      const { times, ms } = timings[work]
      return times === 0 ? '' : `${(ms / 1000).toFixed(1)} (${times})`
    })
    return [id, (ms / 1000).toFixed(1), (Math.max(0, ms - inside) / 1000).toFixed(1), ...cells]
  })
  const table = [['seconds', 'all', 'own', ...WORK], ...rows]
  const widths = table[0]!.map((_, at) => Math.max(...table.map((row) => row[at]!.length)))
  return table.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd(),
  )
}
