import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadProject, type Project } from '../../gate/project.js'
import { RECORD_FILE, writeRecord } from '../../gate/record.js'
import { makeRecord } from '../../gate/recording.js'
import { jsonReport } from '../../gate/report/json.js'
import { paint, phaseLine, proofLine, resultLines } from '../../gate/report/terminal.js'
import { type PhaseResult, runGates } from '../../gate/run.js'
import { openTemplates, type Templates } from '../../gate/templates.js'
import { BASELINE_FILE, readHar } from '../../gate/traffic/har.js'
import { phases } from '../../phases/index.js'
import { type Command, EXIT, UsageError } from '../command.js'
import { untilInterrupted } from '../interrupt.js'

export const gate: Command = {
  name: 'gate',
  usage: 'gate [N] [--through N] [--prove] [--only ID] [--json] [--record] [--workers N] [--config FILE]',
  about:
    'runs the checks of a phase (or of all up to one) on a throw-away database: GO or NO-GO, with evidence',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        through: { type: 'string' },
        prove: { type: 'boolean', default: false },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        workers: { type: 'string' },
        config: { type: 'string' },
      },
    })
    const chosen = choose(positionals[0], values.through, values.only)
    if (values.record && (values.only || chosen.length < phases.length))
      throw new UsageError('gate --record records a GO of all phases: leave out N, --through and --only')
    const project = await loadProject(values.config)
    const signal = untilInterrupted()
    const print = values.json ? () => {} : (line: string) => console.log(line)
    const templates = await openTemplates(project)
    try {
      const results = await runGates({
        project,
        templates,
        phases: chosen,
        prove: values.prove,
        only: values.only,
        signal,
        workers: values.workers ? Number(values.workers) : undefined,
        traffic: async () => readHar(join(project.folder, BASELINE_FILE)),
        onResult: (_phase, result) => resultLines(result).forEach(print),
        onProof: (_phase, proof) => print(proofLine(proof)),
      })
      for (const result of results) print(phaseLine({ number: result.phase as 1, name: result.name }, result))
      const survived = results.flatMap((result) => result.proofs).filter((proof) => !proof.red)
      if (survived.length) print(paint('red', `${survived.length} mutations survived`))
      if (values.json)
        console.log(
          JSON.stringify(jsonReport(project.name, chosen.at(-1)!.number, results, project.config), null, 2),
        )
      const go = results.every((result) => result.go)
      if (go && values.record) {
        await record(project, results, templates)
        print(`recorded in ${RECORD_FILE}`)
      }
      if (go) return EXIT.go
      const verdicts = results.flatMap((result) => result.checks.map((check) => check.verdict))
      return verdicts.includes('fail') ? EXIT.noGo : EXIT.unknown
    } finally {
      await templates.stop()
    }
  },
}

/** The schema that is recorded is that of a copy at the last phase. */
async function record(project: Project, results: PhaseResult[], templates: Templates): Promise<void> {
  const clone = await templates.clone(phases.at(-1)!.number)
  writeRecord(project.folder, await makeRecord(project, results, clone.url))
}

function choose(given: string | undefined, through: string | undefined, only: string | undefined) {
  const number = (text: string) => {
    const phase = phases.find((one) => String(one.number) === text || one.name === text)
    if (!phase)
      throw new UsageError(
        `${text} is not a phase; allowed: 1 to 8, or ${phases.map((one) => one.name).join(', ')}`,
      )
    return phase.number
  }
  if (only) {
    const phase = phases.find((one) => one.checks.some((check) => check.id === only))
    if (!phase) throw new UsageError(`${only} is not a check; see docs/checks.md`)
    return [phase]
  }
  const last = through ? number(through) : undefined
  const one = given ? number(given) : undefined
  return phases.filter((phase) => (one ? phase.number === one : phase.number <= (last ?? 8)))
}
