import { relative } from 'node:path'

/** A tree, or a phase of `src`: what a reader of the table looks for. */
function folderOf(path) {
  const parts = path.split(/[\\/]/)
  return parts.slice(0, parts[1] === 'phases' ? 3 : 2).join('/')
}

/**
 * Counts the lines of each folder, and those that are run.
 *
 * @param tests a coverage map (istanbul): its lines are the ones that count
 * @param others a coverage map whose lines only add to what is run: by source maps each line of a file is one, comments too
 * @returns {Map<string, { lines: number, run: number }>}
 */
export function linesByFolder(root, tests, others) {
  const folders = new Map()
  for (const file of tests.files()) {
    const also = others.files().includes(file) ? others.fileCoverageFor(file).getLineCoverage() : {}
    const folder = folderOf(relative(root, file))
    const counted = folders.get(folder) ?? { lines: 0, run: 0 }
    folders.set(folder, counted)
    for (const [line, times] of Object.entries(tests.fileCoverageFor(file).getLineCoverage())) {
      counted.lines++
      if (times > 0 || also[line] > 0) counted.run++
    }
  }
  return folders
}

/** Returns a table for the terminal, the least covered folder first, and the share of all lines in percent. */
export function tableOf(folders) {
  const share = ({ lines, run }) => (lines ? (100 * run) / lines : 100)
  const rows = [...folders].sort((a, b) => share(a[1]) - share(b[1]))
  const all = { lines: 0, run: 0 }
  for (const [, { lines, run }] of rows) {
    all.lines += lines
    all.run += run
  }
  const line = (name, counted) =>
    `${name.padEnd(28)}${share(counted).toFixed(1).padStart(6)} %  ${counted.run} of ${counted.lines} lines`
  return { table: rows.map(([name, counted]) => line(name, counted)).join('\n'), percent: share(all) }
}
