import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { temporaryFolder } from '../../proof/at-exit.js'
import { statementsCheck } from '../../proof/checks/6-isolation/statements/statements.js'
import { scratchOf } from '../../proof/gate/app/scratch.js'
import { loadProject } from '../../proof/gate/project.js'
import { withSession, withTemplates } from '../../proof/gate/run/with-session.js'
import type { GateSession } from '../../proof/gate/session.js'
import { EPOCH } from '../../proof/gate/templates.js'
import { BASELINE_FILE, writeHar } from '../../proof/gate/traffic/har.js'
import { recordBaseline } from '../../proof/gate/traffic/record.js'
import { warningsOf } from '../../proof/gate/traffic/refused.js'
import { writeInventory } from '../../proof/inventory/lock-file.js'
import { inventoryOf } from '../../proof/inventory/look.js'
import { corsOrigins } from '../../reading/facts/cors-origins.js'
import { OwnershipError } from '../../src/phases/6-isolation/schema/step.js'
import { INVENTORY_FILE } from '../../src/record/fingerprints.js'
import { pipelineFacts } from '../ci/facts.js'
import { pipeline } from '../ci/pipelines.js'
import { CannotGoOn } from './cannot-go-on.js'
import type { Learnt } from './day/day-of.js'
import { EarlyQuery, isEarlyQuery, rethrowInWords } from './day/early-query.js'
import { configOf } from './files/config-text.js'
import { driveText } from './files/drive.js'
import { editsOf } from './files/edits.js'
import { entryText } from './files/entry.js'
import { envExample } from './files/env-example.js'
import { configurationOf, type FirstConfiguration } from './files/first-configuration.js'
import {
  DRIVE,
  type PlannedFile,
  refuseTaken,
  SEED,
  SQL_RUNNER,
  START_ONCE,
  TABLES,
  writeFiles,
} from './files/planned.js'
import { SQL_RUNNER_TEXT } from './files/sql-runner.js'
import { startOnceText } from './files/start-once.js'
import type { InitGuess } from './guess.js'
import { learn, NoTables } from './learn.js'
import { refuseNotInstalled } from './monorepo/installed.js'
import { type AskOwner, askedOnce } from './question.js'
import { findSynchronize, ofWay } from './reading/made-in-code.js'
import { type How, type Reading, readForInit, tablesGuess } from './reading/reading.js'

const CONFIGS = ['js', 'mjs', 'cjs', 'ts'].map((ending) => `usertwo.config.${ending}`)

/** What init has found out and written. */
export interface Initialised {
  guesses: InitGuess[]
  written: string[]
  /** the two edits for the very files, as a diff; null: the second entry is all there is to it */
  diff: string | null
  /** what the user must look at before a gate can say GO */
  open: string[]
  /** a request was found for none of the routes: no gate can say GO yet */
  isEmpty: boolean
}

/** The configuration that a folder already has; null: none. */
export function configuredAt(folder: string): string | null {
  return CONFIGS.find((name) => existsSync(join(folder, name))) ?? null
}

/**
 * Reads an app, runs its migrations and the app on a database that is thrown away, and writes what the gates need.
 * An app that sends a query before it is made is started by `usertwo run`, where that can start it.
 * @param how by a second entry with the two edits, or by `usertwo run`
 * @param say reports progress
 * @param ask for what nothing of it says
 * @param first the configuration that the user began, which is completed
 * @throws ConfigError with what stopped it; nothing was written then
 */
export async function initialise(
  folder: string,
  how: How,
  say: (line: string) => void,
  ask: AskOwner,
  first: FirstConfiguration | null = null,
): Promise<Initialised> {
  const asked = askedOnce(ask)
  try {
    return await initialiseBy(folder, how, say, asked, first)
  } catch (error) {
    if (how.run || !(error instanceof EarlyQuery)) throw error
    say('it sends a query before it is made: usertwo run starts it')
    const done = await initialiseBy(folder, { ...how, run: true, asksFirst: true }, say, asked, first).catch(
      (again) => {
        throw again instanceof CannotGoOn ? error : again
      },
    )
    const point = `${error.at}: a query is sent before the app is made: usertwo run starts it, since no entry can give usertwo the app by then`
    return { ...done, open: [...done.open, point] }
  }
}

async function initialiseBy(
  folder: string,
  how: How,
  say: (line: string) => void,
  ask: AskOwner,
  first: FirstConfiguration | null,
): Promise<Initialised> {
  const read = await readForInit(folder, how, first)
  const { entryFile, configFile } = read
  refuseNotInstalled(folder)
  refuseTaken(
    folder,
    [
      ...(how.run ? [] : [entryFile]),
      ...(first ? [] : [configFile]),
      SQL_RUNNER,
      TABLES,
      START_ONCE,
      DRIVE,
      SEED,
    ].map((file) => ({
      file,
    })),
  )
  const { path: place, remove } = temporaryFolder('usertwo-init-')
  const staged = await scratchOf(folder, place)
  try {
    const write = (files: readonly PlannedFile[]) => writeFiles(staged.folder, files)
    const learnt = await learnBy(read, staged.folder, write, say, ask)
    const { reading, entry, helpers, noted } = await recorded(learnt, staged.folder, write, say)
    const { found } = learnt
    const open = [...found.open, ...noted]
    const origins = corsOrigins(read.sources).flatMap((one) => one.origins)
    const example = envExample(folder, [...new Set(origins)])
    const files = [
      ...entry,
      ...helpers,
      ...recordedIn(staged.folder),
      ...workflowOf(folder, found.parts),
      ...(example ? [example] : []),
    ]
    refuseTaken(
      folder,
      files.filter(({ file }) => ![BASELINE_FILE, INVENTORY_FILE, first?.file].includes(file)),
    )
    writeFiles(folder, files)
    return {
      guesses: [...reading.guesses, tablesGuess(reading.migrations), ...found.guesses],
      written: files.map(({ file }) => file),
      diff: how.run || reading !== learnt.reading ? null : editsOf(reading, helpers.at(-1)!.text),
      open,
      isEmpty: found.isEmpty,
    }
  } finally {
    await staged.remove()
    remove()
  }
}

interface LearntBy {
  reading: Reading
  entry: PlannedFile[]
  found: Learnt
}

/**
 * Records the owner's day behind usertwo. An app that sends queries before it listens is taken where it is made instead.
 * @returns what was written, and what `recorded` has noted
 */
async function recorded(
  { reading, entry, found }: LearntBy,
  folder: string,
  write: (files: readonly PlannedFile[]) => void,
  say: (line: string) => void,
): Promise<Omit<LearntBy, 'found'> & { helpers: PlannedFile[]; noted: string[] }> {
  const helpers = helpersOf(reading, entry, found)
  write(helpers)
  say('records the owner’s day')
  try {
    return { reading, entry, helpers, noted: await recordAll(folder, say) }
  } catch (error) {
    const mayBeMade = reading.caught && !reading.run && !reading.asksFirst
    if (!mayBeMade || !isEarlyQuery(error as Error)) return rethrowInWords(reading)(error as Error)
  }
  say('it sends queries before it listens: it is taken where it is made')
  found.parts.startup = true
  const early = { ...reading, asksFirst: true }
  const others = entry.filter(({ file }) => file !== reading.entryFile)
  const taken = [{ file: reading.entryFile, text: entryText(early) }, ...others]
  write(taken)
  const again = await recorded({ reading: early, entry: taken, found }, folder, write, say)
  const point = `${reading.start.file}: it sends queries before it listens: to do without ${reading.entryFile}, call usertwo(app, usertwoConfig) before the first of them, and listen by what it returns`
  return { ...again, noted: [...again.noted, point] }
}

/** What the configuration names, and the configuration itself at last. */
function helpersOf(
  reading: Reading,
  entry: readonly PlannedFile[],
  { seed, day, cookies, named, parts }: Learnt,
): PlannedFile[] {
  const { headers } = reading.environment
  const login = parts.auth?.login ?? null
  const header = parts.auth?.header ?? 'authorization'
  return [
    ...(seed ? [{ file: SEED, text: seed }] : []),
    ...(seed && !entry.some(({ file }) => file === SQL_RUNNER)
      ? [{ file: SQL_RUNNER, text: SQL_RUNNER_TEXT }]
      : []),
    { file: DRIVE, text: driveText(day.calls, { cookies, headers, named, login, header }) },
    { file: reading.configFile, text: configurationOf(parts, reading) },
  ]
}

const recordedIn = (folder: string) =>
  [BASELINE_FILE, INVENTORY_FILE].map(
    (file): PlannedFile => ({ file, text: readFileSync(join(folder, file), 'utf8') }),
  )

/** One that is there stays. */
function workflowOf(folder: string, parts: Learnt['parts']): PlannedFile[] {
  const workflow = pipeline('github', pipelineFacts(folder, configOf(parts)))
  return existsSync(join(folder, workflow.file)) ? [] : [workflow]
}

/** The first way to tables that makes one. @throws NoTables of all of them */
async function learnBy(
  read: Reading,
  folder: string,
  write: (files: readonly PlannedFile[]) => void,
  say: (line: string) => void,
  ask: AskOwner,
): Promise<LearntBy> {
  const failed: string[] = []
  for (const migrations of read.ways) {
    const reading = { ...read, migrations, asksFirst: read.asksFirst || migrations.kind === 'start' }
    const entry = [
      ...(reading.run ? [] : [{ file: reading.entryFile, text: entryText(reading) }]),
      ...runners(reading),
    ]
    write(entry)
    try {
      const found = await learn({ ...reading, folder }, write, say, ask).catch(rethrowInWords(read))
      return { reading, entry, found }
    } catch (error) {
      if (!(error instanceof NoTables)) throw error
      const problems = error.problems.map((problem) => ofWay(inShort(problem), migrations))
      failed.push(...problems)
      const next = migrations === read.ways.at(-1) ? '' : ', the next way is tried'
      say(`no tables by it${next}: ${problems.join('; ')}`)
    }
  }
  throw new NoTables(...failed)
}

/** Without the stack and the colours that a script may have printed. */
const inShort = (problem: string) =>
  stripVTControlCharacters(problem)
    .split('\n')
    .filter((line) => line.trim() && !/^\s*(?:at |\^|Node\.js v)/.test(line))
    .slice(0, 4)
    .join(' ')
    .slice(0, 400)

function runners({ migrations, start, sources }: Reading): PlannedFile[] {
  if (migrations.files.length)
    return [
      { file: SQL_RUNNER, text: SQL_RUNNER_TEXT },
      ...(migrations.text ? [{ file: TABLES, text: migrations.text }] : []),
    ]
  if (migrations.kind !== 'start') return []
  return [{ file: START_ONCE, text: startOnceText(start, findSynchronize(sources).length > 0) }]
}

/**
 * `baseline record` and `inventory --write` of the configuration in a folder; gives what is worth a word, and the
 * statements that `migrate up` would break.
 */
async function recordAll(folder: string, say: (line: string) => void): Promise<string[]> {
  const project = await loadProject(folder)
  return withTemplates(project, async (templates) => {
    const exchanges = await recordBaseline(project, templates)
    writeHar(join(folder, BASELINE_FILE), exchanges, EPOCH)
    const traffic = async () => exchanges
    writeInventory(folder, await withSession({ project, templates, traffic }, inventoryOf))
    say('tries every statement on the schema to come')
    const broken = await withSession({ project, templates, traffic }, brokenStatements)
    return [...warningsOf(exchanges), ...broken]
  })
}

/** The gate of phase 6 tries them again, and is NO-GO for what could not be tried. */
async function brokenStatements(session: GateSession): Promise<string[]> {
  try {
    return (await statementsCheck.run(session)).problems.map(({ what }) => what)
  } catch (error) {
    if (error instanceof OwnershipError)
      return error.problems.map((problem) => `usertwo migrate up would stop: ${problem}`)
    return [`the statements were not tried on the schema to come: ${(error as Error).message.split('\n')[0]}`]
  }
}
