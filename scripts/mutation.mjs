// npm run mutation [-- a file or folder …] [--concurrency 2] [--force]: changes the two layers of phase 6 in one place
// at a time (Stryker) and runs the tests that reach the place. A change that no test notices survives. A change of an
// earlier run is run again only if its file or a test has changed, or with --force. Ends with 1 if the tests of a layer
// notice less than the floor, or if a run fails, and with 64 for wrong arguments.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { countMutants } from './mutation/count.mjs'
import { strykerOptions } from './mutation/options.mjs'
import { installPinned } from './prepare/pinned.mjs'
import { orSay, ROOT, say } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

/** Percent of the mutants of a layer. */
const FLOOR = 75
const PHASE = 'src/phases/6-isolation'
const LAYERS = ['query', 'connection']
const USAGE = 'npm run mutation [-- a file or folder of the two layers …] [--concurrency 2] [--force]'

const { places, concurrency, force } = argumentsOf(process.argv.slice(2))

prepare()
orSay(() => installPinned('scripts/mutation', 'Stryker'))
const { throwAwayServer } = await import('../dist/proof/postgres/throw-away.js')
const server = await throwAwayServer()
const lines = []
try {
  for (const layer of LAYERS) {
    const chosen = places.filter((place) => place.startsWith(`${PHASE}/${layer}`))
    if (chosen.length > 0) lines.push(await mutate(layer, chosen))
  }
} finally {
  await server.stop()
}
console.log(lines.join('\n'))

/** Runs one layer. The copy that is changed, the results for the next run, and the reports are in .mutation. */
async function mutate(layer, chosen) {
  say(`── ${layer}`)
  const output = join('.mutation', layer)
  mkdirSync(join(ROOT, output), { recursive: true })
  const file = join(output, 'stryker.json')
  writeFileSync(
    join(ROOT, file),
    JSON.stringify(strykerOptions({ output, places: chosen, concurrency, force })),
  )
  const child = spawn(
    process.execPath,
    ['scripts/mutation/node_modules/@stryker-mutator/core/bin/stryker.js', 'run', file],
    {
      cwd: ROOT,
      env: { ...process.env, MUTATION_LAYER: layer, MUTATION_POSTGRES: server.adminUrl },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const [code] = await once(child, 'close')
  if (code !== 0) {
    process.exitCode = 1
    return `${layer}: Stryker ended with ${code}`
  }
  const { noticed, all, ignored } = countMutants(
    JSON.parse(readFileSync(join(ROOT, output, 'report.json'), 'utf8')),
    chosen,
  )
  const percent = (100 * noticed) / all
  if (percent < FLOOR) process.exitCode = 1
  return `${layer}: ${percent.toFixed(1)} % (${noticed} of ${all} mutants are noticed, ${ignored} are left out); the floor is ${FLOOR} %`
}

function argumentsOf(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { concurrency: { type: 'string', default: '2' }, force: { type: 'boolean', default: false } },
    })
    if (!/^[1-9]\d?$/.test(values.concurrency))
      throw new Error(`--concurrency ${values.concurrency}: expected a whole number from 1 to 99`)
    const chosen = positionals.length > 0 ? positionals : LAYERS.map((layer) => join(ROOT, PHASE, layer))
    return { places: chosen.map(placeOf), concurrency: Number(values.concurrency), force: values.force }
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`)
    process.exit(64)
  }
}

/** Returns what Stryker changes for a file or folder. @throws Error for a path outside the two layers */
function placeOf(given) {
  const path = relative(ROOT, resolve(given)).replaceAll('\\', '/')
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false })
  if (!stat || !LAYERS.some((layer) => `${path}/`.startsWith(`${PHASE}/${layer}/`)))
    throw new Error(`${given}: expected a file or folder of ${PHASE}/query or ${PHASE}/connection`)
  return stat.isDirectory() ? `${path}/**/*.ts` : path
}
