import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Progress } from '../../cli/gate/progress.js'
import { ownVersion } from '../../cli/own-version.js'
import type { Project } from '../../proof/gate/project.js'
import { htmlPage } from '../../proof/gate/report/html/reporter.js'
import { jsonReport } from '../../proof/gate/report/json.js'
import { makeRecord } from '../../proof/gate/run/recording.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import { phases } from '../../src/phases/index.js'
import { writeRecord } from '../../src/record/record.js'
import { readInputs } from './inputs.js'
import type { KeptGate } from './kept-gates.js'
import type { ServedDatabase } from './served-database.js'
import { type PassedGate, walk } from './walk.js'

export interface PassGatesOptions {
  project: Project
  database: ServedDatabase
  /** for the kept gates, the report and the record */
  folder: string
  /** runs every gate, whatever is kept */
  all: boolean
  progress: Progress
  signal: AbortSignal
}

const LAST = phases.at(-1)!.number

export const gateFolder = (data: string) => join(data, 'gate')

/**
 * Runs the gates that have to be run, brings the served database to the last phase, and records the GO.
 *
 * @returns false for a NO-GO, which it has printed
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
      console.log(`Not served: a phase is NO-GO. All of it: ${shown(page)}`)
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
  const seen = gates.map(({ at, result }) => [result.phase, { go: true as const, at }])
  writeRecord(folder, { ...record, phases: Object.fromEntries(seen) })
}

/** What a report says of a gate; one that was not run now says when it was. */
function reported({ at, result, stands }: PassedGate): PhaseResult {
  if (!stands) return result
  const note = `not run again: nothing it reads has changed since ${at}`
  return { ...result, checks: result.checks.map((check) => ({ ...check, notes: [...check.notes, note] })) }
}

/** Writes what the gates found, for programs and for people. @returns the page for people */
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
