import { mkdirSync } from 'node:fs'
import { type Inputs, readInputs } from '../../proof/gate/kept/inputs.js'
import {
  forgetGate,
  type KeptGate,
  keepGate,
  readKept,
  steadyInputs,
  whyRun,
} from '../../proof/gate/kept/kept-gates.js'
import type { Project } from '../../proof/gate/project.js'
import { sameGoIn } from '../../proof/gate/run/recording.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import type { Suite } from '../../proof/gate/run/suite.js'
import type { GateRecord, PhaseGo } from '../../src/record/record.js'

/** Which phases of a run are run, and how those that are not join its results. */
interface Chosen {
  toRun: Suite[]
  /** a line for each phase: whether it runs, and why */
  lines: string[]
  /** Keeps what ran, and returns all results in the order of the phases. */
  complete(ran: readonly PhaseResult[]): Promise<PhaseResult[]>
  /** Returns the record in which a phase that was not run has its older GO, where that one is of the same app. */
  withOlder(fresh: GateRecord, older: GateRecord | null): GateRecord
}

/**
 * Chooses the phases whose last gate does not count for the app as it is. A gate that is run is forgotten before:
 * if the run ends without a verdict, no older GO counts.
 *
 * @param folder where the last gate of each phase is kept
 * @param inputs reads what the gates of today read
 */
export async function chooseChanged(
  project: Pick<Project, 'folder' | 'config'>,
  phases: readonly Suite[],
  folder: string,
  inputs: () => Promise<(phase: number) => Inputs> = () => readInputs(project, null),
): Promise<Chosen> {
  mkdirSync(folder, { recursive: true })
  const [kept, before] = [readKept(folder), await inputs()]
  const reasons = phases.map((phase) => ({ phase, why: whyRun(kept[phase.number], before(phase.number)) }))
  const toRun = reasons.filter(({ why }) => why !== null).map(({ phase }) => phase)
  for (const { number } of toRun) forgetGate(folder, number)
  return {
    toRun,
    lines: reasons.map(({ phase: { number, name }, why }) =>
      why === null
        ? `${number} ${name}: not run, nothing that it reads has changed since ${kept[number]!.at}`
        : `${number} ${name}: run, ${why}`,
    ),
    withOlder(fresh, older) {
      const entries = Object.entries(fresh.phases).map(([phase, go]): [string, PhaseGo] => {
        if (toRun.some(({ number }) => String(number) === phase)) return [phase, go]
        return [phase, sameGoIn(older, phase, go) ?? { ...go, at: kept[Number(phase)]!.at }]
      })
      return { ...fresh, phases: Object.fromEntries(entries) }
    },
    async complete(ran) {
      const after = await inputs()
      const at = new Date().toISOString()
      for (const result of ran)
        keepGate(folder, { at, result, inputs: steadyInputs(before(result.phase), after(result.phase)) })
      return phases.flatMap(({ number }) => {
        const result = ran.find(({ phase }) => phase === number)
        if (result) return [result]
        return toRun.some((phase) => phase.number === number) ? [] : [notRun(kept[number]!)]
      })
    },
  }
}

/** A result that says when it was found. */
function notRun({ at, result }: KeptGate): PhaseResult {
  const note = `not run again: nothing it reads has changed since ${at}`
  return { ...result, checks: result.checks.map((check) => ({ ...check, notes: [...check.notes, note] })) }
}
