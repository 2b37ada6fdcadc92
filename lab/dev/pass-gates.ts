import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Progress } from '../../cli/gate/progress.js'
import { readInputs } from '../../proof/gate/kept/inputs.js'
import type { KeptGate } from '../../proof/gate/kept/kept-gates.js'
import type { Project } from '../../proof/gate/project.js'
import { htmlPage } from '../../proof/gate/report/html/reporter.js'
import { jsonReport } from '../../proof/gate/report/json.js'
import { makeRecord } from '../../proof/gate/run/recording.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import { ownVersion } from '../../src/core/own-package.js'
import { phases } from '../../src/phases/index.js'
import { writeRecord } from '../../src/record/record.js'
import type { ServedDatabase } from './served-database.js'
import { type PassedGate, walk } from './walk.js'

export interface PassGatesOptions {
  project: Project
  database: ServedDatabase
  /** holds the saved gates, the report and the record */
  folder: string
  /** runs every gate, even if its last GO counts */
  all: boolean
  progress: Progress
  signal: AbortSignal
}

const LAST = phases.at(-1)!.number

export const gateFolder = (data: string) => join(data, 'gate')

/**
 * Runs the gates that have to run, migrates the served database to the last phase, and records the GO.
 *
 * @returns false for a NO-GO, which has been printed
 */
export async function passGates(options: PassGatesOptions): Promise<boolean> {
  const { project, database, folder, all, progress, signal } = options
  const gates = await walk({
    project,
    folder,
    all,
    inputs: () => readInputs(project, database.url),
    migrate: database.migrate,
    progress,
    signal,
  })
  if (gates.some(({ stands }) => !stands)) {
    const page = writeReports(folder, project, gates.map(reported))
    if (!gates.every(({ result }) => result.go)) {
      console.log(`Not served: a phase is NO-GO. Full report: ${shown(page)}`)
      return false
    }
  }
  progress.show('Migrating …')
  await database.migrate(LAST)
  await recordGo(options, gates)
  return true
}

async function recordGo(
  { project, database, folder }: PassGatesOptions,
  gates: readonly KeptGate[],
): Promise<void> {
  const results = gates.map(({ result }) => result)
  const record = await makeRecord(project, results, database.url)
  const seen = gates.map(({ at, result }) => [result.phase, { ...record.phases[result.phase]!, at }])
  writeRecord(folder, { ...record, phases: Object.fromEntries(seen) })
}

/** Returns a gate's result for the report. A gate that was not run again says when it last ran. */
function reported({ at, result, stands }: PassedGate): PhaseResult {
  if (!stands) return result
  const note = `not run again: nothing it reads has changed since ${at}`
  return { ...result, checks: result.checks.map((check) => ({ ...check, notes: [...check.notes, note] })) }
}

/** Writes the gates' results as JSON and as an HTML page. @returns the path of the page */
function writeReports(folder: string, project: Project, results: readonly PhaseResult[]): string {
  const { name: app, config } = project
  writeFileSync(
    join(folder, 'report.json'),
    `${JSON.stringify(jsonReport(app, LAST, results, config), null, 2)}\n`,
  )
  const at = new Date().toISOString()
  const versions = { usertwo: ownVersion(), node: process.versions.node }
  const page = join(folder, 'report.html')
  writeFileSync(
    page,
    htmlPage.render({ app, dial: LAST, config, results, today: at.slice(0, 10), at, versions }),
  )
  return page
}

function shown(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') || !existsSync(near) ? file : near
}
