import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadProject, type Project } from '../../proof/gate/project.js'
import { isAllGo, type Report } from '../../proof/gate/report/report.js'
import { summaryLines } from '../../proof/gate/report/terminal.js'
import { makeRecord } from '../../proof/gate/run/recording.js'
import { runGates } from '../../proof/gate/run/run.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import { openTemplates, type Templates } from '../../proof/gate/templates.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'
import { recordBaseline } from '../../proof/gate/traffic/record.js'
import { RECORD_FILE, writeRecord } from '../../src/record/record.js'
import { atMost, type Command, EXIT, UsageError } from '../command.js'
import { choosePhases } from '../gate/choose.js'
import { chooseOutputs, writeOutputs } from '../gate/outputs.js'
import { watchRun } from '../gate/watch.js'
import { untilInterrupted } from '../interrupt.js'
import { ownVersion } from '../own-version.js'

export const command: Command = {
  name: 'gate',
  usage:
    'gate [N] [--through N] [--prove] [--only ID,ID] [--dump FILE] [--reporter table,json,junit,markdown,github,html] [--output FILE] [--json] [--record] [--workers N] [--config FILE]',
  about:
    'runs the checks of a phase (or of all up to one) on a throw-away database: GO or NO-GO, with evidence',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        through: { type: 'string' },
        prove: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        dump: { type: 'string' },
        reporter: { type: 'string', multiple: true },
        output: { type: 'string' },
        json: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        workers: { type: 'string' },
        config: { type: 'string' },
      },
    })
    atMost(1, positionals, command)
    const only = values.only?.flatMap((ids) => ids.split(',')).filter(Boolean)
    const chosen = choosePhases(positionals[0], values.through, only)
    if (values.record && (only || chosen[0]?.number !== 1))
      throw new UsageError('gate --record records a GO from phase 1 on: leave out N and --only')
    const workers = values.workers === undefined ? undefined : atLeastOne(values.workers)
    const folder = join(process.env.USERTWO_DATA || '.usertwo', 'gate')
    const outputs = chooseOutputs({ ...values, reporter: values.reporter?.join(','), folder })
    const project = await loadProject(values.config)
    const signal = untilInterrupted()
    const lines = outputs.some(({ reporter }) => reporter.name === 'table')
    const print = lines ? (line: string) => console.log(line) : () => {}

    const templates = await openTemplates(project, { dump: values.dump, signal })
    const asked = { project, phases: chosen, prove: values.prove, only, workers }
    const watch = watchRun(asked, lines)
    try {
      const results = await runGates({
        ...asked,
        ...watch,
        templates,
        signal,
        traffic: traffic(project, templates, values.dump),
      })
      watch.end()
      const at = new Date().toISOString()
      const report: Report = {
        app: project.name,
        dial: chosen.at(-1)!.number,
        config: project.config,
        results,
        today: at.slice(0, 10),
        at,
        versions: { usertwo: ownVersion(), node: process.versions.node },
      }
      summaryLines(report).forEach(print)
      // Where a document is printed, or nothing, the standard output has no other line.
      const note = lines ? print : (line: string) => console.error(line)
      for (const file of writeOutputs(outputs, report)) note(`written to ${file}`)
      for (const { reporter, file } of outputs)
        if (file === null && reporter.name !== 'table') process.stdout.write(reporter.render(report))
      const go = isAllGo(report)
      if (go && values.record) {
        await record(project, results, templates)
        print(`recorded in ${RECORD_FILE}`)
      }
      return go ? EXIT.go : noGo(results)
    } finally {
      watch.end()
      await templates.stop()
    }
  },
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

/** NO-GO because something was wrong (a survived mutant included), or because nobody could tell. */
function noGo(results: readonly PhaseResult[]): number {
  const failed = results.flatMap(({ checks }) => checks).some(({ verdict }) => verdict === 'fail')
  const survived = results
    .filter(({ checks }) => checks.every(({ verdict }) => verdict !== 'unknown'))
    .flatMap(({ proofs }) => proofs)
    .some(({ red }) => !red)
  return failed || survived ? EXIT.noGo : EXIT.unknown
}

function atLeastOne(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new UsageError(`--workers ${text}: how many checks run at a time, 1 or more`)
}

/** The schema that is recorded is that of a copy at the last phase; below 6 it is still the app's own. */
async function record(project: Project, results: PhaseResult[], templates: Templates): Promise<void> {
  const last = results.at(-1)!.phase
  const url = last < 6 ? null : (await templates.clone(last)).url
  writeRecord(project.folder, await makeRecord(project, results, url))
}
