import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { openProgress, type Progress } from '../../cli/gate/progress.js'
import { phasesPassed } from '../../proof/gate/kept/kept-gates.js'
import { loadProject, type Project } from '../../proof/gate/project.js'
import { ConfigError } from '../../src/core/config-error.js'
import { phases } from '../../src/phases/index.js'
import { type DataFolder, keptWords, openDataFolder } from './data-folder.js'
import { gateFolder, passGates } from './pass-gates.js'
import { readSecrets, type StartSecrets } from './secrets.js'
import { serve } from './serve.js'
import { openServedDatabase, type ServedDatabase } from './served-database.js'
import { checkEnvironment, servedEnvironment } from './served-environment.js'

export interface StartOptions {
  /** the folder of the app's usertwo.config */
  folder: string
  /** stops everything gracefully */
  signal: AbortSignal
  /**
   * The gates to run. `changed`: those whose inputs have changed since their last GO. `none`: the served
   * database is migrated and the last record counts. Default: `changed`.
   */
  gates?: Gates
}

export type Gates = 'changed' | 'all' | 'none'

const LAST = phases.at(-1)!.number
const INTERRUPTED = 130

/**
 * Takes an app with its kept data from phase 0 to 8, then serves it until `signal`, or until the app ends.
 * Reads PORT, USERTWO_DATA and DATABASE_URL; USERTWO_PHASE turns the dial of the served app back.
 *
 * @returns the exit code: 0 after serving, 1 for a NO-GO or a failed start, 130 if interrupted before serving
 */
export async function start({ folder, signal, gates = 'changed' }: StartOptions): Promise<number> {
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
    // Nothing is kept if the start ended before it had opened the folder.
    if (signal.aborted && opened.length > 0)
      console.log(keptWords(dataPath(), phasesPassed(gateFolder(dataPath())), ownDatabase()))
  }
}

interface Run {
  project: Project
  signal: AbortSignal
  gates: Gates
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
  const folder = gateFolder(data.path)
  const all = gates === 'all'
  if (gates === 'none') await database.migrate(LAST)
  else if (!(await passGates({ project, database, folder, all, progress, signal }))) return 1

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

interface Parts {
  data: DataFolder
  secrets: StartSecrets
  database: ServedDatabase
  port: number
}

/** Prints the last two lines as plain text, for users and programs. */
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
 * Returns the text of an error: with its stack for a defect of the toolkit. All other messages say what is
 * wrong and what to do.
 */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof TypeError || error instanceof ReferenceError) return String(error.stack)
  const cause = error.cause instanceof Error ? `\n  ${error.cause.message}` : ''
  return `${error.message}${error.message.includes(cause.trim()) ? '' : cause}`
}

const dataPath = () => process.env.USERTWO_DATA || '.usertwo'

/** Returns the URL of the user's own database, if it is served instead of the embedded one. */
const ownDatabase = () => process.env.DATABASE_URL || undefined

function portOf(text: string | undefined): number {
  const port = Number(text || 3000)
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw new ConfigError('The server cannot start', [
    `PORT=${text}: expected a number from 0 to 65535; example: PORT=3000`,
  ])
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((done) => {
    if (signal.aborted) done(null)
    else signal.addEventListener('abort', () => done(null), { once: true })
  })
}

/**
 * Checks before any work whether the port is free on 127.0.0.1.
 * @returns the port; for 0 a free one
 * @throws ConfigError when the port is in use or cannot be opened
 */
async function checkPort(port: number): Promise<number> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ConfigError('The server cannot start', [
      code === 'EADDRINUSE'
        ? `port ${port} is in use by another process; stop that one, or choose another: PORT=${port + 1} npm start`
        : `port ${port} cannot be opened (${code ?? message}); choose another: PORT=3000 npm start`,
    ])
  }
  const { port: given } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return given
}
