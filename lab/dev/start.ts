import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { openProgress, type Progress } from '../../cli/gate/progress.js'
import { ownVersion } from '../../cli/own-version.js'
import { loadProject, type Project } from '../../proof/gate/project.js'
import { htmlPage } from '../../proof/gate/report/html/reporter.js'
import { jsonReport } from '../../proof/gate/report/json.js'
import { makeRecord } from '../../proof/gate/run/recording.js'
import type { PhaseResult } from '../../proof/gate/run/run-phase.js'
import { openTemplates } from '../../proof/gate/templates.js'
import { ConfigError } from '../../src/core/config-error.js'
import { phases } from '../../src/phases/index.js'
import { writeRecord } from '../../src/record/record.js'
import { type DataFolder, keptWords, openDataFolder } from './data-folder.js'
import { checkPort } from './port.js'
import { readSecrets, type StartSecrets } from './secrets.js'
import { serve } from './serve.js'
import { openServedDatabase, type ServedDatabase } from './served-database.js'
import { checkEnvironment, servedEnvironment } from './served-environment.js'
import { walk } from './walk.js'

export interface StartOptions {
  /** of the app's usertwo.config */
  folder: string
  /** ends everything in good order */
  signal: AbortSignal
  /** false: the served database is migrated, no gate is run, the last record counts. Default: true. */
  gates?: boolean
}

const LAST = phases.at(-1)!.number
const INTERRUPTED = 130

/**
 * Takes an app from phase 0 to 8 over its kept data, then serves it until `signal`, or until the app ends.
 * Reads PORT, USERTWO_DATA and DATABASE_URL; USERTWO_PHASE turns the dial of the served app back.
 *
 * @returns the exit code: 0 after serving, 1 for a NO-GO or what could not be started, 130 when interrupted
 *   before
 */
export async function start({ folder, signal, gates = true }: StartOptions): Promise<number> {
  const progress = openProgress()
  const opened: (() => Promise<void> | void)[] = []
  try {
    return await run({ project: await loadProject(folder), signal, gates, progress, opened })
  } catch (error) {
    progress.end()
    if (signal.aborted) return INTERRUPTED
    console.error(inWords(error))
    return 1
  } finally {
    progress.end()
    for (const close of opened.reverse()) await close()
    // Nothing is there yet where the start ended before it had opened the folder.
    if (signal.aborted && opened.length > 0) console.log(keptWords(dataPath(), ownDatabase()))
  }
}

interface Run {
  project: Project
  signal: AbortSignal
  gates: boolean
  progress: Progress
  /** what to close at the end, last first */
  opened: (() => Promise<void> | void)[]
}

async function run({ project, signal, gates, progress, opened }: Run): Promise<number> {
  const port = portOf(process.env.PORT) || (await checkPort(0))
  const data = openDataFolder(dataPath(), port)
  opened.push(data.release)
  await checkPort(port)
  const secrets = readSecrets(data.path)
  checkEnvironment(project, data.path, secrets)

  progress.show('Starting the databases …')
  const database = await openServedDatabase({
    project,
    given: ownDatabase(),
    folder: data.path,
    password: secrets.databasePassword,
  })
  opened.push(database.stop)
  signal.throwIfAborted()
  if (!gates) await database.migrate(LAST)
  else if (!(await walked({ project, database, data, progress, signal }))) return 1

  progress.show(`Starting ${project.name} …`)
  const served = await serve({
    project,
    port,
    signal,
    env: servedEnvironment(project, data.path, secrets, database.url),
    logFile: join(data.path, 'app.log'),
  })
  opened.push(served.stop)
  progress.end()
  await sayReady(project, { secrets, database, port })
  const why = await Promise.race([served.ended, aborted(signal)])
  if (why === null) return 0
  console.error(why)
  return 1
}

/** Runs the gates and records their GO. @returns false for a NO-GO, said and shown */
async function walked(
  parts: Pick<Run, 'project' | 'progress' | 'signal'> & Pick<Parts, 'database' | 'data'>,
): Promise<boolean> {
  const { project, database, data, progress, signal } = parts
  const templates = await openTemplates(project, { signal })
  try {
    const results = await walk({ project, templates, migrate: database.migrate, progress, signal })
    const page = writeReports(join(data.path, 'gate'), project, results)
    if (!results.every((result) => result.go)) {
      console.log(`Not served: a phase is NO-GO. All of it: ${shown(page)}`)
      return false
    }
    writeRecord(join(data.path, 'gate'), await makeRecord(project, results, database.url))
    return true
  } finally {
    await templates.stop()
  }
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

interface Parts {
  data: DataFolder
  secrets: StartSecrets
  database: ServedDatabase
  port: number
}

/** The last two lines, plain, for people and programs. */
async function sayReady(
  project: Project,
  { secrets, database, port }: Pick<Parts, 'secrets' | 'database' | 'port'>,
): Promise<void> {
  const code = process.env.USERTWO_CLAIM_CODE || secrets.claimCode
  const claim = (await database.claimed())
    ? `Claimed by user ${project.config.owner.id}`
    : `Claim code: ${code}`
  console.log(`Ready: http://localhost:${port}\n${claim}`)
}

/**
 * A defect of the toolkit's own comes with its stack; everything else says itself what is wrong and what to
 * do.
 */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof TypeError || error instanceof ReferenceError) return String(error.stack)
  const cause = error.cause instanceof Error ? `\n  ${error.cause.message}` : ''
  return `${error.message}${error.message.includes(cause.trim()) ? '' : cause}`
}

const dataPath = () => process.env.USERTWO_DATA || '.usertwo'

/** The database of the user's own, which is served in place of one in the folder. */
const ownDatabase = () => process.env.DATABASE_URL || undefined

function portOf(text: string | undefined): number {
  const port = Number(text || 3000)
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw new ConfigError('The server cannot start', [
    `PORT=${text}: a number from 0 to 65535; example: PORT=3000`,
  ])
}

function shown(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') || !existsSync(near) ? file : near
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((done) => {
    if (signal.aborted) done(null)
    else signal.addEventListener('abort', () => done(null), { once: true })
  })
}
