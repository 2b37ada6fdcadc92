// npm run fuzz -- --reads N --writes N --seed S [--path P]: sends random queries through each layer of phase
// 6 alone and compares the results with a database that holds only one user's rows. Its last line is `N
// compared, N differ`. Exits 0 if nothing differs, 1 if something does, 2 if the comparison failed, 64 for
// wrong arguments.
import { parseArgs } from 'node:util'
import { prepare } from './prepare.mjs'

const USAGE =
  'npm run fuzz -- [--reads 20000] [--writes 10000] [--seed 1] [--path P of an earlier difference]'
const { reads, writes, seed, path } = argumentsOf(process.argv.slice(2))

prepare()
const { throwAwayServer } = await import('../dist/proof/postgres/throw-away.js')
const { fuzzDatabases } = await import('../dist/lab/fuzz/databases.js')
const { migrateTo } = await import('../dist/src/migrate.js')
const { scope } = await import('../dist/src/scope.js')
const { fuzz, summary } = await import('../dist/lab/fuzz/fuzz.js')
let server
try {
  server = await throwAwayServer()
  const databases = await fuzzDatabases(server, migrateTo)
  const started = performance.now()
  const outcome = await fuzz({ databases, scope, reads, writes, seed, path })
  for (const difference of outcome.differences) console.log(`${difference}\n`)
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const { nonEmpty, refused } = outcome
  console.log(
    `seed ${seed}: ${nonEmpty} with rows, ${refused} refused by the single-user database, ${seconds} s`,
  )
  for (const line of summary(outcome)) console.log(line)
  process.exitCode = outcome.differences.length > 0 ? 1 : 0
} catch (error) {
  console.error(error)
  process.exitCode = 2
} finally {
  await server?.stop()
}

function argumentsOf(args) {
  try {
    const options = Object.fromEntries(
      ['reads', 'writes', 'seed', 'path'].map((name) => [name, { type: 'string' }]),
    )
    const { values } = parseArgs({ args, options })
    const whole = (name, byDefault, most) => {
      const given = values[name] ?? String(byDefault)
      if (/^\d+$/.test(given) && Number(given) <= most) return Number(given)
      throw new Error(`--${name} ${given}: expected a whole number from 0 to ${most}`)
    }
    const chosen = {
      reads: whole('reads', 20_000, 10_000_000),
      writes: whole('writes', 10_000, 10_000_000),
      seed: whole('seed', 1, 2_000_000_000),
      path: values.path,
    }
    if (chosen.reads + chosen.writes === 0) throw new Error('--reads 0 --writes 0: nothing would be compared')
    if (chosen.path === undefined) return chosen
    if (!/^\d+(:\d+)*$/.test(chosen.path))
      throw new Error(
        `--path ${chosen.path}: expected numbers separated by colons, as reported with the difference`,
      )
    if (chosen.reads > 0 === chosen.writes > 0)
      throw new Error(
        '--path needs --reads 1 --writes 0 or --reads 0 --writes 1, as reported with the difference',
      )
    return chosen
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`)
    process.exit(64)
  }
}
