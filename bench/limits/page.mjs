// Writes the measured parts into docs/reference/measurements.md, between the markers of each, with date and
// load.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../scripts/prepare/step.mjs'

const PAGE = join(ROOT, 'docs', 'reference', 'measurements.md')

export function writeLimits({ load, results }) {
  let page = readFileSync(PAGE, 'utf8')
  const date = new Date().toISOString().slice(0, 10)
  for (const [part, { what, lines, limit, holds }] of Object.entries(results)) {
    const marked = new RegExp(`(<!-- limits ${part} -->\n)[\\s\\S]*?(<!-- /limits ${part} -->)`)
    if (!marked.test(page))
      throw new Error(
        `docs/reference/measurements.md has no markers for npm run bench -- limits --only ${part}`,
      )
    const text = [
      `${what[0].toUpperCase()}${what.slice(1)}; ${date}, Node ${process.versions.node}, ${cpus().length} cores, load ${load}`,
      ...lines,
    ]
    const section = `\n\`\`\`\n${text.join('\n')}\n\`\`\`\n\n${holds ? 'It holds' : '**It does not hold**'}: ${limit}.\n\n`
    page = page.replace(marked, (_all, from, to) => from + section + to)
  }
  writeFileSync(PAGE, page)
}
