import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
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

/** A commit that lets users reach each other's rows in an example makes this gate NO-GO, and so fails. */
const GATE_OF_JOURNAL = {
  name: 'examples/journal is GO of phase 6',
  cwd: ROOT,
  command: [join(ROOT, 'dist', 'cli', 'main.js'), 'gate', '6', '--config', join('examples', 'journal')],
}

/**
 * Returns everything `npm test` runs, in order. `report` names the runner whose format the JSON report has.
 */
export function parts() {
  const examples = readdirSync(join(ROOT, 'examples')).map((name) => ({
    name: `examples/${name}`,
    cwd: join(ROOT, 'examples', name),
  }))
  const places = [{ name: 'toolkit', cwd: ROOT, config: 'ts' }, ...examples]
  const having = (stem) =>
    places.filter(({ cwd }) => ['js', 'ts'].some((end) => existsSync(join(cwd, `${stem}.config.${end}`))))
  return [
    ...CHECKS,
    ...having('vitest').map((place) => ({ ...place, report: 'vitest', command: vitest })),
    GATE_OF_JOURNAL,
    ...having('playwright').map(({ name, cwd }) => ({
      name: `${name} in the browser`,
      cwd,
      report: 'playwright',
      command: [program('@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json'],
    })),
  ]
}

/** Returns what runs on another Node, by its major. */
export function partOn(node) {
  const chosen = BY_NODE[node].filter(({ nightly }) => !nightly)
  const titles = chosen.flatMap(({ title = [] }) => title)
  return {
    ...{ name: `Node ${node}`, cwd: ROOT, node, report: 'vitest' },
    command: [
      ...vitest,
      ...chosen.map(({ file }) => file),
      ...(titles.length ? ['-t', titles.join('|')] : []),
    ],
    // `npm test` leaves out some of these files elsewhere; on this Node's own major it runs only those here.
    env: { TESTS: process.versions.node.startsWith(`${node}.`) ? 'long' : '', TEST_NODE: node },
  }
}

const REPORTERS = ['default', 'json', join(ROOT, 'scripts', 'test', 'begun.mjs')]
const vitest = [
  program('vitest', 'vitest.mjs'),
  'run',
  ...REPORTERS.map((name) => `--reporter=${name}`),
  ...PATIENT,
]
