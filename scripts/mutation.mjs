// npm run mutation [-- a file or folder …] [--concurrency 2] [--force]: changes the two layers of phase 6 in one place
// at a time (Stryker) and runs the tests that reach the place. A change that no test notices survives. What has not
// changed since the last run is not run again, except with --force. Ends with 1 below the floor, 64 for wrong arguments.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync, writeFileSync, mkdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { installPinned } from './prepare/pinned.mjs'
import { orSay, ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

/** Percent of the mutants that tests have to notice. */
const FLOOR = 75
const LAYERS = ['src/phases/6-isolation/query', 'src/phases/6-isolation/connection']
const FOLDER = 'scripts/mutation'
/** The copy that is mutated, the results for the next run, and the report; git ignores it. */
const OUTPUT = '.mutation'
const USAGE = 'npm run mutation [-- a file or folder of the two layers …] [--concurrency 2] [--force]'

const { places, concurrency, force } = argumentsOf(process.argv.slice(2))

prepare()
orSay(() => installPinned(FOLDER, 'Stryker'))
mkdirSync(join(ROOT, OUTPUT), { recursive: true })
const configuration = join(ROOT, OUTPUT, 'stryker.json')
writeFileSync(configuration, JSON.stringify(options(), null, 2))
const { throwAwayServer } = await import('../dist/proof/postgres/throw-away.js')
const server = await throwAwayServer()
try {
  const stryker = join(ROOT, FOLDER, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  const child = spawn(process.execPath, [stryker, 'run', configuration], {
    cwd: ROOT,
    env: { ...process.env, MUTATION_POSTGRES: server.adminUrl },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'close')
  process.exitCode = code ?? 1
} finally {
  await server.stop()
}

function options() {
  return {
    mutate: [...places, '!**/*.test.ts'],
    testRunner: 'vitest',
    // The tests are listed in its configuration: some import what they test at run time, which Vitest cannot relate.
    vitest: { configFile: `${FOLDER}/vitest.config.ts`, related: false },
    coverageAnalysis: 'perTest',
    // What only runs while a file loads would need every test, each in a new process.
    ignoreStatic: true,
    incremental: true,
    incrementalFile: `${OUTPUT}/incremental.json`,
    force,
    concurrency,
    dryRunTimeoutMinutes: 15,
    timeoutMS: 10_000,
    thresholds: { high: 90, low: FLOOR, break: FLOOR },
    reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
    clearTextReporter: { allowEmojis: false, reportTests: false, logTests: false },
    htmlReporter: { fileName: `${OUTPUT}/report.html` },
    jsonReporter: { fileName: `${OUTPUT}/report.json` },
    tempDirName: `${OUTPUT}/copy`,
    cleanTempDir: 'always',
    ignorePatterns: ['dist', 'release', '.usertwo', `/${OUTPUT}`, 'test-results', 'docs', 'bench', 'test/scan-corpus'],
    // Vitest strips types. TypeScript 7 has no API by which Stryker could rewrite its configuration.
    disableTypeChecks: false,
    tsconfigFile: 'none',
  }
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
    const chosen = positionals.length > 0 ? positionals : LAYERS
    return { places: chosen.map(placeOf), concurrency: Number(values.concurrency), force: values.force }
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`)
    process.exit(64)
  }
}

/** Returns what Stryker mutates for a file or folder. @throws Error for what is not part of the two layers */
function placeOf(given) {
  const path = relative(ROOT, resolve(given)).replaceAll('\\', '/')
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false })
  if (!stat || !LAYERS.some((layer) => `${path}/`.startsWith(`${layer}/`)))
    throw new Error(`${given}: expected a file or folder of ${LAYERS.join(' or ')}`)
  return stat.isDirectory() ? `${path}/**/*.ts` : path
}
