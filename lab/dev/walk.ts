import { join } from 'node:path'
import { watchRuns } from '../../cli/gate/at-work.js'
import type { Progress } from '../../cli/gate/progress.js'
import type { Inputs } from '../../proof/gate/kept/inputs.js'
import {
  forgetGate,
  type KeptGate,
  keepGate,
  readKept,
  steadyInputs,
  whyRun,
} from '../../proof/gate/kept/kept-gates.js'
import type { Project } from '../../proof/gate/project.js'
import { phaseLine, resultLines } from '../../proof/gate/report/terminal.js'
import { runGates } from '../../proof/gate/run/run.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import type { Suite } from '../../proof/gate/run/suite.js'
import { suites } from '../../proof/gate/run/suites.js'
import { openTemplates, type Templates } from '../../proof/gate/templates.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'

export interface WalkOptions {
  project: Project
  /** where the last gate of each phase is saved */
  folder: string
  /** runs every gate, even if its last GO counts */
  all: boolean
  /** reads the current inputs of the gates */
  inputs(): Promise<(phase: number) => Inputs>
  /** migrates the served database to a phase, before that phase's gate runs */
  migrate(phase: number): Promise<void>
  progress: Progress
  signal: AbortSignal
}

export interface PassedGate extends KeptGate {
  /** true if it was not run again, because its last GO counts */
  stands: boolean
}

/**
 * Takes the app from phase to phase, each with its gate, and stops at the first NO-GO. A gate is not run
 * again while its last GO counts.
 * @returns one gate for each phase that was reached
 */
export async function walk(options: WalkOptions): Promise<PassedGate[]> {
  const { folder, progress, signal } = options
  const kept = readKept(folder)
  progress.show('Comparing with the last gates …')
  const before = await options.inputs()
  const opened: (() => Promise<void>)[] = []
  const templates = once(async () => {
    const made = await openTemplates(options.project, { signal })
    opened.push(made.stop)
    return made
  })
  const gates: PassedGate[] = []
  try {
    for (const phase of suites) {
      signal.throwIfAborted()
      const last = kept[phase.number]
      const why = whyRun(last, before(phase.number))
      if (why === null && !options.all) {
        progress.print(standsLine(phase, last!))
        gates.push({ ...last!, stands: true })
        continue
      }
      forgetGate(folder, phase.number)
      const result = await runOne(phase, options, templates)
      const inputs = steadyInputs(before(phase.number), (await options.inputs())(phase.number))
      const gate = { at: new Date().toISOString(), inputs, result }
      keepGate(folder, gate)
      gates.push({ ...gate, stands: false })
      progress.end()
      progress.print(phaseLine(phase, result) + (last && why ? `  (run again; ${why})` : ''))
      if (result.go) continue
      printRed(phase, result, progress)
      break
    }
  } finally {
    for (const stop of opened) await stop()
  }
  return gates
}

/** Migrates the served database to the phase, and runs the gate on copies. */
async function runOne(
  phase: Suite,
  { project, migrate, progress, signal }: WalkOptions,
  templates: () => Promise<Templates>,
): Promise<PhaseResult> {
  const name = `${phase.number} ${phase.name.padEnd(10)} …  `
  progress.show(`${name}migrating`)
  await migrate(phase.number)
  let done = 0
  const atWork = watchRuns()
  progress.show(() => `${name}${done} of ${phase.checks.length} checks  ${atWork.text()}`.trimEnd())
  const [result] = await runGates({
    project,
    templates: await templates(),
    phases: [phase],
    signal,
    traffic: async () => readHar(join(project.folder, BASELINE_FILE)),
    onRun: atWork.onRun,
    onResult: () => {
      done++
    },
  })
  return result!
}

function printRed(phase: Suite, result: PhaseResult, progress: Progress): void {
  for (const check of result.checks.filter((one) => one.verdict !== 'pass'))
    for (const line of resultLines(check)) progress.print(line)
  if (phase.checks.length === 0) progress.print('  NO-GO because the phase has no checks')
}

function standsLine({ number, name }: Suite, { at, result }: KeptGate): string {
  const when = `${at.slice(0, 16).replace('T', ' ')} UTC`
  return `${number} ${name.padEnd(10)} GO  ${result.checks.length} checks, unchanged since ${when}: not run again`
}

/** Returns a function that creates a value at its first call and returns the same value afterwards. */
function once<What>(make: () => Promise<What>): () => Promise<What> {
  let made: Promise<What> | undefined
  return () => {
    made ??= make()
    return made
  }
}
