// npm run fuzz -- --reads N --writes N --seed S: random queries behind the query layer against a database of one's
// own. Its last line is `N compared, N differ`.
import { parseArgs } from 'node:util'
import { prepare } from './prepare.mjs'

const { values } = parseArgs({
  options: {
    reads: { type: 'string', default: '20000' },
    writes: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
})
const [reads, writes, seed] = [values.reads, values.writes, values.seed].map(Number)
if (![reads, writes, seed].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  console.error('--reads, --writes and --seed are whole numbers from 0.')
  process.exit(64)
}

prepare()
const { throwAwayServer } = await import('../dist/database/throw-away.js')
const { fuzz, summary } = await import('../dist/phases/6-isolation/query/fuzz/fuzz.js')
const server = await throwAwayServer()
try {
  const outcome = await fuzz({ url: server.adminUrl, reads, writes, seed })
  for (const difference of outcome.differences) console.log(difference)
  console.log(`seed ${seed}: ${outcome.nonEmpty} answers with rows, ${outcome.failed} refused alike by both`)
  console.log(summary(outcome))
  process.exitCode = outcome.differences.length > 0 || outcome.compared === 0 ? 1 : 0
} finally {
  await server.stop()
}
