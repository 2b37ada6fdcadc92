import { join } from 'node:path'
import type { Check } from '../gate/check.js'
import { loadProject, type Project } from '../gate/project.js'
import { proofLine, resultLines } from '../gate/report/terminal.js'
import { mutantsOf } from '../gate/run/proof.js'
import { runGates } from '../gate/run/run.js'
import type { PhaseResult } from '../gate/run/run-phase.js'
import type { Suite } from '../gate/run/suite.js'
import { suites } from '../gate/run/suites.js'
import { openTemplates, type Templates } from '../gate/templates.js'
import { BASELINE_FILE, readHar } from '../gate/traffic/har.js'

// Only gate() registers tests. twoUsers() works with every test runner, and without vitest.
const vitest = await import('vitest').catch((error: Error) => error)

/** @throws Error that says what to install */
function vitestHere(): typeof import('vitest') {
  if (!(vitest instanceof Error)) return vitest
  if ((vitest as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw vitest
  throw new Error(
    'gate() of usertwo/testing registers its tests with vitest, which is not installed; run: npm install --save-dev vitest. With another test runner use twoUsers(), and the command: usertwo gate',
  )
}

export interface GateOptions {
  /** The configuration's file, or its folder. Default: the working directory. */
  config?: string
  /** Gates of phases up to this one. Default: the last. */
  through?: number
  /** Only these checks, by id; the app's own rules always run. Default: all. */
  only?: readonly string[]
  /** The app's own rules: checks like those of usertwo, run at `through`. Default: none. */
  rules?: readonly Check[]
  /** Each test also requires that every mutant of its check turns it red. Default: false. */
  prove?: boolean
  /** A plain-SQL dump to load in place of the app's own migrations and seed. Default: none. */
  dump?: string
}

const LAST = suites.at(-1)!.number
/**
 * How long a copy of the database and a start of the app may take, in addition to the check's own time.
 * Milliseconds.
 */
const AROUND = 120_000
const OWN_TIME = 60_000

/**
 * Registers the gates as vitest suites: one suite per phase, one test per check, which fails with the check's
 * evidence. Everything except a pass, or a failure under a valid waiver, is red, including a check that found
 * nothing out.
 *
 * @throws RangeError for a phase or an id that does not exist, when the file is collected
 */
export function gate(options: GateOptions = {}): void {
  const { through = LAST, rules = [], prove = false } = options
  const chosen = choose(options)
  const { afterAll, beforeAll, describe, test } = vitestHere()
  let project: Project
  let templates: Templates

  describe('usertwo gate', async () => {
    // Before the tests are registered, because the time limit of each depends on its mutants.
    project = await loadProject(options.config)
    beforeAll(async () => {
      templates = await openTemplates(project, { dump: options.dump })
    }, AROUND)
    afterAll(async () => templates?.stop())
    for (const phase of chosen) suite(`${phase.number} ${phase.name}`, phase)
    const last = suites.find(({ number }) => number === through)!
    if (rules.length > 0) suite('rules of the app', { ...last, name: 'rules', checks: [...rules] })
  })

  function suite(title: string, phase: Suite): void {
    describe(title, () => {
      for (const check of phase.checks) {
        const patience = patienceOf(check, prove ? project : null)
        test(`${check.title} (${check.id})`, () => assertGo(phase, check), patience)
      }
    })
  }

  async function assertGo(phase: Suite, check: Check): Promise<void> {
    const traffic = async () => readHar(join(project.folder, BASELINE_FILE))
    const alone = [{ ...phase, checks: [check] }]
    const [result] = await runGates({ project, templates, phases: alone, traffic, prove })
    const unproved = prove && mutantsOf(check, project).length === 0
    if (!result!.go || unproved) throw new NoGo(result!, unproved)
  }
}

/**
 * Returns the time limit of a check's test, for the check itself and each of its mutants. Milliseconds.
 *
 * @param proved the project whose configuration determines the mutants; null: none is tried
 */
export function patienceOf(check: Check, proved: Project | null): number {
  const runs = 1 + (proved ? mutantsOf(check, proved).length : 0)
  return runs * ((check.timeout ?? OWN_TIME) + AROUND)
}

/** The error of a failed test: the verdict, its evidence and its fix. The stack would only name the gate. */
class NoGo extends Error {
  constructor({ checks, proofs }: PhaseResult, unproved: boolean) {
    const survived = proofs.filter(({ red }) => !red)
    const lines = [
      ...checks.flatMap((result) => [`${result.verdict}`, ...resultLines(result)]),
      ...survived.map(proofLine),
      ...(unproved ? ['it has no mutant that could turn it red'] : []),
    ]
    super(`NO-GO: ${lines.join('\n')}`)
    this.name = 'NoGo'
    this.stack = ''
  }
}

function choose({ through = LAST, only }: GateOptions): Suite[] {
  if (!suites.some(({ number }) => number === through))
    throw new RangeError(`gate: through ${through}; a phase, 1 to ${LAST}`)
  const upTo = suites.filter(({ number }) => number <= through)
  const known = upTo.flatMap(({ checks }) => checks.map(({ id }) => id as string))
  const unknown = only?.filter((id) => !known.includes(id)) ?? []
  if (unknown.length > 0)
    throw new RangeError(
      `gate: no check ${unknown.join(', ')} up to phase ${through}; there are: ${known.join(', ')}`,
    )
  return upTo
    .map((phase) => ({ ...phase, checks: phase.checks.filter(({ id }) => !only || only.includes(id)) }))
    .filter(({ checks }) => checks.length > 0)
}
