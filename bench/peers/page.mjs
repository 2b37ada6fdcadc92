// Writes docs/reference/measurements.md between its two markers, and its chart.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../scripts/prepare/step.mjs'
import { chart, latencies, table } from './table.mjs'

const PAGE = join(ROOT, 'docs', 'reference', 'measurements.md')
const MARKED = /(<!-- peers: [^\n]*-->\n)[\s\S]*?(<!-- \/peers -->)/

/** The load at the start below which a machine counts as idle. */
export const QUIET = 2

/** Writes a table for each Node version, and the chart of the first. */
export function writePage({ load, rounds, postgres, measured }) {
  const page = readFileSync(PAGE, 'utf8')
  if (!MARKED.test(page))
    throw new Error('docs/reference/measurements.md has no markers for npm run bench -- peers')
  const date = new Date().toISOString().slice(0, 10)
  const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), PostgreSQL ${postgres}`
  const tables = measured.map(
    ({ node, variants }) =>
      `Node ${node}:\n\n\`\`\`\n${table(variants)}\n\n${latencies(variants)}\n\`\`\`\n\n`,
  )
  const section = `\n${date}, ${machine}, median of ${rounds}, load ${load} at the start.\n\n![Throughput to the bare app on Node ${measured[0].node}](../explanation/performance.svg)\n\n${tables.join('')}`
  writeFileSync(
    PAGE,
    page.replace(MARKED, (_all, from, to) => `${from}${section}${to}`),
  )
  writeFileSync(join(ROOT, 'docs', 'explanation', 'performance.svg'), chart(measured[0].variants))
}
