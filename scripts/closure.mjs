// npm run closure: how many files and lines production loads, and how many of them are tools.
// npm run closure -- --files: each of these files, with its import path.
import { importsOf, reachedFrom, unitsOf, wayTo } from './closure/graph.mjs'
import { ENTRIES, LINES, TOOLS } from './closure/limits.mjs'
import { takeOnly } from './prepare/arguments.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

takeOnly((word) => word === '--files')
prepare()

const text = unitsOf(ROOT)
const files = [...text.keys()]
const lines = (some) => some.reduce((sum, file) => sum + text.get(file).split('\n').length - 1, 0)
const imports = new Map([...text].map(([file, source]) => [file, importsOf(file, source)]))
const reached = reachedFrom(ENTRIES, imports)
const production = [...reached.keys()]
const tools = production.filter((file) => TOOLS.test(file))

if (process.argv.includes('--files')) for (const file of production) console.log(wayTo(file, reached))
for (const file of tools) console.log(`a tool: ${wayTo(file, reached)}`)
const atOnce = [...reachedFrom(ENTRIES, imports, { atOnce: true }).keys()]
const later = production.length - atOnce.length
console.log(
  `${atOnce.length} of ${files.length} files, ${lines(atOnce)} of ${lines(files)} lines (at most ${LINES}); ` +
    `${later} files, ${lines(production) - lines(atOnce)} lines when first needed; ${tools.length} tools`,
)
process.exit(tools.length > 0 || lines(atOnce) > LINES ? 1 : 0)
