// The table at the end, in Markdown. With a folder it has the changes of earlier runs too.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEPT = 'rows.json'

/** Adds rows to those that a folder keeps; a change that was made again replaces its row. */
export function withKept(folder, rows) {
  if (!folder) return rows
  const file = join(folder, KEPT)
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  const isNew = ({ cells: [app, change] }) =>
    rows.some(({ cells }) => cells[0] === app && cells[1] === change)
  const all = [...kept.filter((row) => !isNew(row)), ...rows]
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
  return all
}

/** One change, as the table shows it. */
export function rowOf({ app, about, first, second, lines, before, after }) {
  const red = first.red.map(({ id }) => `\`${id}\``).join(', ')
  const word = first.go ? 'GO' : `NO-GO: ${red || 'no check'}`
  const state = ({ state, why }) =>
    state === 'closed' && why ? `closed (${why.replace(/ since the recorded GO.*/, '')})` : state
  return {
    second,
    cells: [
      app,
      about,
      word,
      lines.config,
      lines.other,
      second.go ? 'GO' : 'NO-GO',
      second.seconds,
      phasesOf(second),
      state(before),
      after.state,
    ],
  }
}

const HEAD = [
  'app',
  'change',
  'first gate',
  'lines of configuration',
  'other lines',
  'second gate',
  'seconds',
  'phases run / skipped',
  'registration, old record',
  'new record',
]

export function tableOf(rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  const seconds = rows.map(({ second }) => second.seconds).sort((a, b) => a - b)
  const median =
    seconds.length % 2
      ? seconds[(seconds.length - 1) / 2]
      : (seconds[seconds.length / 2 - 1] + seconds[seconds.length / 2]) / 2
  const closed = rows.filter(({ cells }) => cells.at(-2) !== 'open').length
  return [
    ...[HEAD, HEAD.map(() => '---'), ...rows.map(({ cells }) => cells)].map(line),
    '',
    rows.length
      ? `Median of the second gate: ${median} s. Registration not open with the old record: ${closed} of ${rows.length}.`
      : 'No change was made.',
  ].join('\n')
}

const phasesOf = ({ ran, skipped }) => `${ran.length} / ${skipped.length}`
