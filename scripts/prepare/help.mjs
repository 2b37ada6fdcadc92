// `--help` of a command of this repository: prints what is written at the head of its file, before anything else is done.
// Imported for that alone, so that no command can take the word for work. bench has a help of its own.
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ROOT } from './step.mjs'

const [, file = '', ...given] = process.argv
const asksForHelp = given.some((word) => word === '--help' || word === '-h')
if (asksForHelp && dirname(file) === join(ROOT, 'scripts') && basename(file) !== 'bench.mjs') {
  const lines = readFileSync(file, 'utf8').split('\n')
  const head = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('//')),
  )
  console.log(head.map((line) => line.replace(/^\/\/ ?/, '')).join('\n'))
  process.exit(0)
}
