import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Check, Finding, Mutant } from '../../proof/gate/check.js'
import type { RunOptions } from '../../proof/gate/run/run.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import type { Suite } from '../../proof/gate/run/suite.js'
import type { Templates } from '../../proof/gate/templates.js'
import { type Config, type ConfigInput, parseConfig } from '../../src/config/config.js'
import { built } from './built.js'

const SERVER = `import { createServer } from 'node:http'
const greeting = 'hello'
createServer((req, res) => res.end(greeting)).listen(process.env.PORT, process.env.HOST)
`

export interface TinyGate {
  /** runs these checks as phase 1 */
  run(checks: Check[], how?: Partial<RunOptions>, config?: Partial<ConfigInput>): Promise<PhaseResult>
  /** replaces the source of the app */
  serve(source?: string): void
}

/**
 * The gate's engine, as built, over an app of three lines on a real throw-away server, with checks made for a
 * test.
 */
export function tinyGate(): TinyGate {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-tiny-'))
  const file = join(folder, 'server.mjs')
  const given: ConfigInput = {
    app: { start: ['node', 'server.mjs'] },
    owner: { id: 1 },
    users: { table: 'users' },
  }
  const config: Config = parseConfig(given)
  let engine: typeof import('../../proof/gate/run/run.js')
  let templates: Templates

  beforeAll(async () => {
    writeFileSync(file, SERVER)
    engine = await built('proof/gate/run/run.js')
    const { openTemplates } =
      await built<typeof import('../../proof/gate/templates.js')>('proof/gate/templates.js')
    templates = await openTemplates({ name: 'tiny', folder, config, mutants: {} })
  }, 120_000)
  afterAll(async () => {
    await templates?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    serve: (source = SERVER) => writeFileSync(file, source),
    async run(checks, how = {}, more = {}) {
      const project = { name: 'tiny', folder, config: parseConfig({ ...given, ...more }), mutants: {} }
      const phases = [suiteOf(checks)]
      const traffic = async () => []
      const [result] = await engine.runGates({ project, templates, phases, traffic, ...how })
      return result!
    },
  }
}

export function suiteOf(checks: Check[]): Suite {
  const purpose = 'to be tried'
  return { number: 1, name: 'tiny', purpose, needs: [], layers: [], checks, differences: () => [] }
}

export const green: Finding = { exercised: 3, unit: 'things', problems: [] }
export const red: Finding = { exercised: 3, unit: 'things', problems: [{ what: 'one is wrong' }] }
const nothing: Mutant = { name: 'nothing', names: 'wrong', by: {} }

/** A check with the given result. */
export function check(id: Check['id'], run: Check['run'], more: Partial<Check> = {}): Check {
  return { id, title: `${id} is so`, proves: ['P2'], fix: 'mend it', run, mutants: [nothing], ...more }
}
