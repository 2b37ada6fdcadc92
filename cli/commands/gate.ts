import { join } from 'node:path'
import { loadProject, type Project } from '../../proof/gate/project.js'
import { isAllGo, type Report } from '../../proof/gate/report/report.js'
import { timingLines } from '../../proof/gate/report/terminal.js'
import { makeRecord, withPhasesOf } from '../../proof/gate/run/recording.js'
import { type RunOptions, runGates } from '../../proof/gate/run/run.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import { suites } from '../../proof/gate/run/suites.js'
import { openTemplates, type Templates } from '../../proof/gate/templates.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'
import { recordBaseline } from '../../proof/gate/traffic/record.js'
import { ownVersion } from '../../src/core/own-package.js'
import { type GateRecord, RECORD_FILE, readRecord, writeRecord } from '../../src/record/record.js'
import { EXIT, implement } from '../command.js'
import { checkCommands } from '../declared/check.js'
import { chooseChanged } from '../gate/changed.js'
import { assertApplies, choosePhases } from '../gate/choose.js'
import { chooseOutputs, printReport, printsLines } from '../gate/outputs.js'
import { writePart } from '../gate/parts.js'
import { watchRun } from '../gate/watch.js'
import { untilInterrupted } from '../interrupt.js'
import { UsageError } from '../usage-error.js'

export const command = implement(checkCommands.gate, async ({ values, words }) => {
  const only = values.only?.flatMap((ids) => ids.split(',')).filter(Boolean)
  const phases = choosePhases(words[0], values.through, only)
  if (only && (values.record || values.part !== undefined))
    throw new UsageError('gate: --record and --part note whole phases; leave out --only')
  if (values.changed && (only || values.prove || values.dump !== undefined))
    throw new UsageError('gate: --changed compares whole gates; leave out --only, --prove and --dump')
  const folder = join(process.env.USERTWO_DATA || '.usertwo', 'gate')
  const outputs = chooseOutputs({ ...values, reporter: values.reporter?.join(','), folder })
  const project = await loadProject(values.config)
  if (only) assertApplies(only, project.config)
  // A record that cannot be read is said now, and not after minutes of gates.
  const kept = values.record && phases.length < suites.length ? readRecord([project.folder]) : null
  const signal = untilInterrupted()
  const chosen = values.changed ? await chooseChanged(project, phases, folder) : null
  for (const line of chosen?.lines ?? []) console.error(line)

  const templates = await openTemplates(project, { dump: values.dump, signal })
  try {
    const asked = {
      project,
      phases: chosen?.toRun ?? phases,
      prove: values.prove,
      only,
      workers: values.workers,
    }
    const run = { ...asked, templates, signal, traffic: traffic(project, templates, values.dump) }
    const ran = await watched(run, printsLines(outputs))
    const results = chosen ? await chosen.complete(ran) : ran
    const at = new Date().toISOString()
    const report: Report = {
      app: project.name,
      dial: phases.at(-1)!.number,
      config: project.config,
      results,
      today: at.slice(0, 10),
      at,
      versions: { usertwo: ownVersion(), node: process.versions.node },
    }
    const print = printReport(outputs, report)
    if (values.timings) for (const line of timingLines(results)) print(line)
    const go = isAllGo(report)
    if (go && (values.record || values.part !== undefined)) {
      const noted = await recordOf(project, results, templates)
      const fresh = chosen?.withOlder(noted, readRecord([project.folder])) ?? noted
      if (values.part !== undefined) print(`written to ${writePart(values.part, fresh)}`)
      if (values.record) {
        writeRecord(project.folder, withPhasesOf(fresh, kept))
        print(`recorded in ${RECORD_FILE}`)
      }
    }
    return go ? EXIT.go : noGo(results)
  } finally {
    await templates.stop()
  }
})

/** Runs the gates, and says meanwhile what is going on. */
async function watched(run: RunOptions, lines: boolean): Promise<PhaseResult[]> {
  const watch = watchRun(run, lines)
  try {
    return await runGates({ ...run, ...watch })
  } finally {
    watch.end()
  }
}

/**
 * The baseline that was recorded; over a dump, whose data it does not know, one recorded now from the app as
 * it was.
 */
function traffic(
  project: Project,
  templates: Templates,
  dump: string | undefined,
): () => Promise<Exchange[]> {
  if (dump === undefined) return async () => readHar(join(project.folder, BASELINE_FILE))
  let recorded: Promise<Exchange[]> | undefined
  return () => {
    recorded ??= recordBaseline(project, templates)
    return recorded
  }
}

/** Exit code of a NO-GO: something was wrong (a surviving mutant included), or a check could not decide. */
function noGo(results: readonly PhaseResult[]): number {
  const failed = results.flatMap(({ checks }) => checks).some(({ verdict }) => verdict === 'fail')
  const survived = results
    .filter(({ checks }) => checks.every(({ verdict }) => verdict !== 'unknown'))
    .flatMap(({ proofs }) => proofs)
    .some(({ red }) => !red)
  return failed || survived ? EXIT.noGo : EXIT.unknown
}

/** The schema that is recorded is that of a copy at the last phase; below 6 it is still the app's own. */
async function recordOf(project: Project, results: PhaseResult[], templates: Templates): Promise<GateRecord> {
  const last = results.at(-1)!.phase
  const url = last < 6 ? null : (await templates.clone(last)).url
  return makeRecord(project, results, url)
}
