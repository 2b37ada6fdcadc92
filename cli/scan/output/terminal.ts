import { paint } from '../../../proof/gate/report/terminal.js'
import { visible } from '../../../proof/gate/report/visible.js'
import type { ScanFinding } from '../kinds.js'
import {
  chapters,
  databaseLine,
  factLines,
  type Group,
  openLines,
  type ScanOutput,
  type ScanReport,
} from './report.js'

/** Places of one kind that are shown; --json has them all. */
const MOST = 8
const MARKS = { error: ['red', '✗'], warning: ['yellow', '!'], note: ['dim', '·'] } as const

/** The default output. */
export const terminal: ScanOutput = {
  name: 'terminal',
  render: (report) => `${terminalLines(report).join('\n')}\n`,
}

/** The lines for people, none wider than the terminal or 100 columns. */
function terminalLines(report: ScanReport): string[] {
  const width = Math.max(60, Math.min(process.stdout.columns ?? 100, 100))
  const facts = factLines(report).flatMap(([word, text]) =>
    wrapped(`  ${word.padEnd(10)}`, visible(text), width),
  )
  const found = chapters(report)
  return [
    ...wrapped('Database: ', visible(databaseLine(report.facts)), width),
    '',
    paint('bold', 'What is there'),
    ...facts,
    ...found.flatMap(({ heading, groups }) => [
      '',
      paint('bold', heading),
      ...groups.flatMap((group) => groupLines(group, width)),
    ]),
    '',
    ...openRoutes(report, width),
    ...leftLines(report.left, width),
    ...(found.length || openLines(report).length
      ? []
      : ['Nothing was found. That the source shows nothing does not say that nothing is there.']),
    `Next: ${visible(report.next)}`,
  ]
}

function groupLines({ id, title, gain, fix, level, findings }: Group, width: number): string[] {
  const [style, mark] = MARKS[level]
  const shown = findings.slice(0, MOST)
  const more = findings.length - shown.length
  return [
    `  ${paint(style, mark)} ${title} ${paint('dim', `(${id}, ${findings.length})`)}`,
    ...wrapped('    ', gain, width),
    ...shown.flatMap((one) => placeLines(one, width)),
    ...(more > 0 ? [`      … and ${more} more: --json lists all`] : []),
    ...(fix === null ? [] : wrapped('    Fix: ', fix, width)),
  ]
}

function placeLines({ at, what, routes = [] }: ScanFinding, width: number): string[] {
  const behind = routes.length
    ? ` [${routes.slice(0, 2).join(', ')}${routes.length > 2 ? `, … ${routes.length - 2} more` : ''}]`
    : ''
  return wrapped('      ', visible(`${at}  ${what}${behind}`), width)
}

function openRoutes(report: ScanReport, width: number): string[] {
  const open = openLines(report)
  if (!open.length) return []
  const shown = open.slice(0, MOST).flatMap((line) => wrapped('  ', visible(line), width))
  return [
    paint('bold', `Open routes (${open.length}): what they reach is not known`),
    ...shown,
    ...(open.length > MOST ? [`  … and ${open.length - MOST} more: --json lists all`] : []),
    '',
  ]
}

function leftLines(left: ScanReport['left'], width: number): string[] {
  if (!left.length) return []
  const shown = left
    .slice(0, MOST)
    .flatMap(({ file, why }) => wrapped('  ', visible(`${file}: ${why}`), width))
  return [
    paint('bold', `Not looked at (${left.length})`),
    ...shown,
    ...(left.length > MOST ? ['  …'] : []),
    '',
  ]
}

/** A text in lines: the first behind `lead`, the others below its end. */
function wrapped(lead: string, text: string, width: number): string[] {
  const lines: string[] = []
  const room = width - lead.length
  let line = ''
  for (const word of text.split(' ').flatMap((one) => one.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [''])) {
    if (line && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line ? `${line} ${word}` : word
  }
  return [...lines, line].map((one, at) => `${at === 0 ? lead : ' '.repeat(lead.length)}${one}`)
}
