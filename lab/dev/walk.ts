import { join } from 'node:path'
import { watchRuns } from '../../cli/gate/at-work.js'
import type { Progress } from '../../cli/gate/progress.js'
import type { Project } from '../../proof/gate/project.js'
import { phaseLine, resultLines } from '../../proof/gate/report/terminal.js'
import { runGates } from '../../proof/gate/run/run.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import { suites } from '../../proof/gate/run/suites.js'
import type { Templates } from '../../proof/gate/templates.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'

export interface WalkOptions {
  project: Project
  templates: Templates
  /** brings the served database to a phase, before that phase's gate is asked */
  migrate(phase: number): Promise<void>
  progress: Progress
  signal: AbortSignal
}

/**
 * Takes the app from phase to phase, each with its gate, and stops at the first NO-GO.
 * @returns one result for each phase that was reached
 */
export async function walk(options: WalkOptions): Promise<PhaseResult[]> {
  const { project, templates, migrate, progress, signal } = options
  const results: PhaseResult[] = []
  for (const phase of suites) {
    signal.throwIfAborted()
    const name = `${phase.number} ${phase.name.padEnd(10)} …  `
    progress.show(`${name}migrating`)
    await migrate(phase.number)
    let done = 0
    const atWork = watchRuns()
    progress.show(() => `${name}${done} of ${phase.checks.length} checks  ${atWork.text()}`.trimEnd())
    const [result] = await runGates({
      project,
      templates,
      phases: [phase],
      signal,
      traffic: async () => readHar(join(project.folder, BASELINE_FILE)),
      onRun: atWork.onRun,
      onResult: () => {
        done++
      },
    })
    progress.end()
    progress.print(phaseLine(phase, result!))
    results.push(result!)
    if (result!.go) continue
    for (const check of result!.checks.filter((one) => one.verdict !== 'pass'))
      for (const line of resultLines(check)) progress.print(line)
    if (phase.checks.length === 0) progress.print('  it has no checks, and nothing is not a GO')
    break
  }
  return results
}
