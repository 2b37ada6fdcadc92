import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LIBRARY_APPS } from '../../test/matrix/libraries.mjs'
import { ROOT } from '../prepare/step.mjs'
import { BY_NODE } from './by-node.mjs'

const program = (...path) => join(ROOT, 'node_modules', ...path)
// Long timeouts, because a busy machine is slow and not wrong.
const PATIENT = ['--testTimeout=60000', '--hookTimeout=120000']

const types = [program('typescript', 'bin', 'tsc'), '-p']

/** Checks that do not run the code. Each passes or fails as a whole. */
export const CHECKS = [
  { name: 'types', command: [...types, join(ROOT, 'tsconfig.json')] },
  { name: 'the runtime imports no tools', command: [...types, join(ROOT, 'tsconfig.runtime.json')] },
  { name: 'the client uses browser APIs only', command: [...types, join(ROOT, 'tsconfig.client.json')] },
  {
    name: 'lint',
    command: [program('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', ROOT],
  },
  { name: 'unused code', command: [program('knip', 'bin', 'knip.js'), '--no-progress'] },
  { name: 'spelling of the docs', command: [join(ROOT, 'scripts', 'site.mjs'), '--spelling'] },
].map((check) => ({ ...check, cwd: ROOT }))
/** It installs what it needs itself, for which a first run has no time. */
const SLOW_CHECKS = ['spelling of the docs']

/** A commit that lets users reach each other's rows in an example makes this gate NO-GO, and so fails. */
const GATE_OF_JOURNAL = {
  name: 'examples/journal is GO of phase 6',
  cwd: ROOT,
  command: [join(ROOT, 'dist', 'cli', 'main.js'), 'gate', '6', '--config', join('examples', 'journal')],
}

const REPORTERS = [
  'default',
  'json',
  ...['begun', 'times'].map((name) => join(ROOT, 'scripts', 'test', `${name}.mjs`)),
]
const vitest = [
  program('vitest', 'vitest.mjs'),
  'run',
  ...REPORTERS.map((name) => `--reporter=${name}`),
  ...PATIENT,
]
const playwright = [program('@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json']

/** Where tests are: the toolkit and the examples. */
const places = [
  { name: 'toolkit', cwd: ROOT },
  ...readdirSync(join(ROOT, 'examples')).map((name) => ({
    name: `examples/${name}`,
    cwd: join(ROOT, 'examples', name),
  })),
]
const having = (stem) =>
  places.filter(({ cwd }) => ['js', 'ts'].some((end) => existsSync(join(cwd, `${stem}.config.${end}`))))

/** The story in the browser of `npm test`: a second user logs in, rolls, rates, and sees none of the owner's rows. */
const STORY = 'e2e/two-people.spec.ts'

/**
 * Returns what `npm test` runs. `meanwhile` runs while `tests` wait for servers and processes. `report` names the runner whose
 * format the JSON report has.
 */
export function parts() {
  const [toolkit, ...examples] = having('vitest').map((place) => ({
    ...place,
    report: 'vitest',
    command: vitest,
    env: { TESTS: 'quick' },
  }))
  return {
    tests: [toolkit],
    meanwhile: [
      ...CHECKS.filter(({ name }) => !SLOW_CHECKS.includes(name)),
      ...examples,
      { name: 'two people in the browser', cwd: ROOT, report: 'playwright', command: [...playwright, STORY] },
      GATE_OF_JOURNAL,
    ],
  }
}

/** Test files with a long series of cases: `npm test` runs a sample of it. */
const SERIES = [
  'src/database/migrator.test.ts',
  'src/phases/6-isolation/schema/interrupted.test.ts',
  'test/isolation/mixed-users.test.ts',
]
const POSTGRES = [13, 14, 15, 16, 17, 18]

/**
 * Returns what `npm test` leaves out, one part for each file.
 *
 * @param turn a number of commits: a quarter of the parts, so that four in a row have all, and each time another one first;
 * undefined: all
 */
export function leftOut(turn) {
  const parts = [
    ...longFiles().flatMap((file) => (BY_TITLE[file] ?? [[]]).map((titles) => partOf(file, titles))),
    ...CHECKS.filter(({ name }) => SLOW_CHECKS.includes(name)),
    ...having('playwright').map(({ name, cwd }) => ({
      name: `${name} in the browser`,
      cwd,
      report: 'playwright',
      command: playwright,
    })),
    ...SERIES.map((file) => ({ ...partOf(file), name: `${file} in full`, env: { SERIES: 'full' } })),
    ...Object.keys(BY_NODE).map(partOn),
    ...POSTGRES.map((major) => ({
      name: `PostgreSQL ${major}`,
      cwd: ROOT,
      command: [join(ROOT, 'scripts', 'matrix.mjs'), 'postgres', '--only', `PostgreSQL ${major}`],
    })),
  ]
  if (turn === undefined) return parts
  const mine = parts.filter((_one, at) => at % 4 === turn % 4)
  const first = (Math.floor(turn / 4) * STEP) % mine.length
  return [...mine.slice(first), ...mine.slice(0, first)]
}

/** How many parts later the next turn of the same quarter begins. */
const STEP = 5

/** Files whose every test takes minutes: the titles of each part. */
const BY_TITLE = {
  'test/libraries.long.test.ts': [...LIBRARY_APPS.map((app) => [`an app by ${app} `]), ['scope\\(']],
}

const partOf = (file, titles = []) => ({
  file,
  name: [file, ...titles].join(' '),
  cwd: ROOT,
  report: 'vitest',
  command: [...vitest, file, ...(titles.length ? ['-t', titles.join('|')] : [])],
})

function longFiles() {
  return readdirSync(join(ROOT, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.long.test.ts'))
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .sort()
}

/** Every gate of an example: each counts as one. */
export const GATES = {
  name: 'gates 1 to 8 of examples/journal',
  cwd: ROOT,
  report: 'gates',
  command: [join(ROOT, 'scripts', 'gates.mjs'), 'journal', '--json'],
}

/** Returns what runs on another Node, by its major. */
function partOn(node) {
  const chosen = BY_NODE[node].filter(({ nightly }) => !nightly)
  const titles = chosen.flatMap(({ title = [] }) => title)
  return {
    ...{ name: `Node ${node}`, cwd: ROOT, node, report: 'vitest' },
    command: [
      ...vitest,
      ...chosen.map(({ file }) => file),
      ...(titles.length ? ['-t', titles.join('|')] : []),
    ],
    env: { TEST_NODE: node },
  }
}
