import { copiedQuery, isCopy } from '../../reading/flow/known/sql.js'
import { type Config, isOwned } from '../../src/config/config.js'
import { APP_SCHEMAS, type Queryable } from '../../src/database/catalog/ask.js'
import { readCatalog } from '../../src/database/catalog.js'
import { qualified } from '../../src/database/quoted.js'
import { withClient } from '../../src/database/with-client.js'
import { migrateTo } from '../../src/migrate.js'
import { lintOwnership, type OwnershipFinding } from '../../src/phases/6-isolation/schema/lint.js'
import { ownershipPlan } from '../../src/phases/6-isolation/schema/plan/from-config.js'
import { readEnforcement, readRequestRole } from '../../src/phases/6-isolation/start/enforcement.js'
import { openRanges } from '../gate/run/ranges.js'
import type { Clone } from '../postgres/throw-away.js'
import { type StatementTrials, type TrialOutcome, withAttempts } from './attempts.js'
import { meaningChanges } from './changes.js'
import type { Broken, Changed } from './found.js'
import { appFunctions } from './functions.js'
import {
  type BodyRepair,
  type MendedFunction,
  mendedFunctions,
  type Rewrite,
  repairsOf,
  withReplacements,
} from './repair.js'
import type { Samples } from './samples.js'
import {
  type AppStatements,
  functionSubjects,
  statementSubjects,
  type TrialSubject,
  type TrialSubjects,
  type Untried,
  whereWritten,
} from './subjects.js'

export interface NewSchemaFinding {
  /** how many statements worked on the old schema, and were tried on the new one */
  tried: number
  broken: Broken[]
  /** statements that still run, and mean something else */
  changed: Changed[]
  /** what fails without usertwo only after `migrate up --contract` */
  lost: Broken[]
  /** functions with what fails in them mended, as far as the syntax shows how */
  functions: MendedFunction[]
  /** views and functions of the app that read owned tables with the rights of their owner */
  around: OwnershipFinding[]
  untried: Untried[]
  /** where the code has statements, or sentences, that the old schema refuses too */
  refused: string[]
}

/** The phase in which tables get owner columns, and requests a role. */
const ISOLATION = 6
const BARE = 'without usertwo after `migrate up`'
const IN_REQUESTS = 'in a request after `migrate up`'
const BARE_CONTRACTED = 'without usertwo after `migrate up --contract`'
const CONTRACTED = 'in a request after `migrate up --contract`'

/** The statements of an app as they ended on the old schema. */
interface Known extends TrialSubjects {
  /** what each ended with */
  outcomes: TrialOutcome[]
  /** the recording, and what each of its statements ended with */
  recorded: Pick<TrialSubject, 'at' | 'text'>[]
  played: TrialOutcome[]
}

/**
 * Tries the statements of an app on its schema as it is, then on the schema of a phase, each on a copy of its own, and
 * returns those that fail there in another way, or do something else.
 *
 * @param copy makes a copy of the database as it is
 * @param phase default: 6. Before, requests run as the app's login, and there is no contract
 */
export async function tryOnNewSchema(
  copy: () => Promise<Clone>,
  config: Config,
  statements: AppStatements,
  phase = ISOLATION,
): Promise<NewSchemaFinding> {
  const known = await onOldSchema(await copy(), config, statements)
  const [found, lost] = [new Map<string, Broken>(), new Map<string, Broken>()]
  const compare = comparing(known, config)
  const expanded = await migrated(await copy(), config, phase, false)
  await asBare(expanded, known, statements, compare(BARE, found))
  if (phase >= ISOLATION) {
    await asRequest(expanded, known, config, compare(IN_REQUESTS, found))
    const contracted = await migrated(await copy(), config, phase, true)
    await asBare(contracted, known, statements, compare(BARE_CONTRACTED, lost))
    await asRequest(contracted, known, config, compare(CONTRACTED, found))
  }

  const fails = new Set([...found.values()].map(({ at, text }) => `${at} ${text}`))
  const copied = statements.sources.filter(({ text }) => isCopy(text))
  const changed = await changedOn(expanded, [...known.subjects, ...known.recorded, ...copied])
  const worked = known.subjects.filter((_, at) => !isUnknown(known.outcomes[at]!))
  const unbroken = changed.filter(({ at, text }) => !fails.has(`${at} ${copiedQuery(text) ?? text}`))
  const repairs = await withRepairs(expanded, known, [...found.values()], unbroken)
  return {
    tried: new Set([...worked, ...known.recorded].map(({ at, text }) => `${at} ${text}`)).size,
    ...repairs,
    around: phase < ISOLATION ? [] : await readWithOwnersRights(expanded, config),
    lost: [...lost].flatMap(([key, one]) => (found.has(key) ? [] : [one])),
    untried: known.untried,
    refused: known.refused,
  }
}

/** Adds the text to write to what fails or changes, where such a text does not end as it did. */
function withRepairs(
  clone: Clone,
  { subjects }: Known,
  found: readonly Broken[],
  changes: readonly Changed[],
): Promise<Pick<NewSchemaFinding, 'broken' | 'changed' | 'functions'>> {
  return attempting(clone, null, async (attempts) => {
    const [catalog, reserved] = await withClient(clone.adminUrl, 'statements', async (client) => [
      await readCatalog(client),
      await reservedWords(client),
    ])
    const inBodies: BodyRepair[] = []
    const meantColumns = ({ text, of, rows = new Map() }: TrialSubject, now: NonNullable<TrialOutcome>) =>
      repairsOf(text, now, catalog, of ? { rows } : null, reserved)
    const written = (subject: TrialSubject, edits: Rewrite[]) => {
      const { of, text } = subject
      if (of) inBodies.push({ of, text, edits })
      return withReplacements(text, edits)
    }

    const broken: Broken[] = []
    for (const one of found) {
      let write: string | null = null
      for (const subject of subjects.filter(({ at, text }) => at === one.at && text === one.text)) {
        const { instead, attempt } = subject
        // By the way that has found it: what else is broken, such as a trigger, may be in the way of another.
        if (!instead || (await attempt(attempts, asWritten))?.code !== one.now.code) continue
        const edits = await meantColumns(subject, one.now)
        const text = withReplacements(one.text, edits)
        if (edits.length > 0 && hasMended(one, await instead(attempts, text))) write = written(subject, edits)
        break
      }
      broken.push({ ...one, write })
    }

    const changed: Changed[] = []
    for (const one of changes) {
      const subject = subjects.find(({ at, text, instead }) => instead && at === one.at && text === one.text)
      // In the code a row is read by the app itself, which may want the column.
      const edits =
        !subject || (one.isShown && !subject.of)
          ? []
          : one.isShown
            ? (one.edits ?? [])
            : await meantColumns(subject, { code: '', message: '' })
      const text = withReplacements(one.text, edits)
      const isMended =
        edits.length > 0 &&
        !(await meaningChanges(text, catalog, subject!.rowsOf)).some(({ what }) => what === one.what) &&
        !isUnknown(await subject!.instead!(attempts, text))
      changed.push({ ...one, write: isMended ? written(subject!, edits) : null })
    }
    return { broken, changed, functions: mendedFunctions(inBodies) }
  })
}

async function reservedWords(client: Queryable): Promise<Set<string>> {
  const { rows } = await client.query<{ word: string }>(
    `select word from pg_catalog.pg_get_keywords() where catcode in ('R', 'T')`,
  )
  return new Set(rows.map(({ word }) => word))
}

/** A text that is run with other values may end in another way than in the app, but not as an error of names and types. */
const hasMended = ({ now }: Broken, outcome: TrialOutcome) =>
  outcome === null || (outcome.code !== now.code && !isUnknown(outcome))

/** Compares how a statement ends with how it ended on the old schema. */
type Compare = (subject: Pick<TrialSubject, 'at' | 'text'>, before: TrialOutcome, now: TrialOutcome) => void

/** @returns a comparison that puts what fails into a map, once for each place and error */
function comparing(known: Known, config: Config) {
  return (when: string, into: Map<string, Broken>): Compare =>
    ({ at, text }, before, now) => {
      if (now === null || isUnknown(before) || now.code === before?.code || isExcused(now, config)) return
      // The values were refused on the old schema too; which constraint comes first is all that differs.
      if (isOfValues(before) && isOfValues(now)) return
      const key = `${at} ${now.code}`
      if (isChance(now))
        known.untried.push({ at, text, why: `${when} it ended with ${now.code} ${now.message}` })
      else if (!into.has(key)) into.set(key, { at, text, when, before, now, write: null })
    }
}

/** Runs each statement as the app's own login, without usertwo. */
function asBare(clone: Clone, known: Known, { recorded }: AppStatements, compare: Compare): Promise<void> {
  return attempting(clone, null, async (attempts) => {
    // First, as on the old schema: what the others take from a sequence is not given back, and the recording names keys.
    const { outcomes } = await attempts.play(recorded)
    for (const [at, sent] of known.recorded.entries()) compare(sent, known.played[at]!, outcomes[at]!)
    for (const [at, subject] of known.subjects.entries())
      compare(subject, known.outcomes[at]!, await subject.attempt(attempts, asWritten))
  })
}

async function changedOn(
  { adminUrl }: Clone,
  statements: readonly Pick<TrialSubject, 'at' | 'text' | 'rowsOf'>[],
): Promise<Changed[]> {
  const catalog = await withClient(adminUrl, 'statements', readCatalog)
  const found = new Map<string, Changed>()
  for (const { at, text, rowsOf } of statements)
    for (const change of await meaningChanges(text, catalog, rowsOf))
      found.set(`${at} ${change.what}`, { at, text, ...change, write: null })
  return [...found.values()]
}

async function readWithOwnersRights(clone: Clone, config: Config): Promise<OwnershipFinding[]> {
  const login = decodeURIComponent(new URL(clone.url).username)
  return withClient(clone.adminUrl, 'statements', async (client) => {
    const found = await lintOwnership(client, ownershipPlan(config, await readRequestRole(client), login))
    return found.filter(({ rule }) => rule === 'view-invoker' || rule === 'definer-function')
  })
}

const asWritten = (text: string) => text

/** The sequences stay where they were: a migration moves one past the rows, and the recording names the keys that it made. */
async function migrated(clone: Clone, config: Config, phase: number, contract: boolean): Promise<Clone> {
  const sql = <Row>(text: string, values?: readonly unknown[]) =>
    withClient(
      clone.adminUrl,
      'statements',
      async (client) => (await client.query(text, [...(values ?? [])])).rows as Row[],
    )
  const numbers = await openRanges({ sql })
  await migrateTo(clone, config, phase, { contract, leaveLargeObjects: true })
  await numbers.rewind()
  return clone
}

async function onOldSchema(clone: Clone, config: Config, statements: AppStatements): Promise<Known> {
  const [functions, rows] = await withClient(clone.adminUrl, 'statements', async (client) => [
    await appFunctions(client),
    await exportedRows(client),
  ])
  const samples: Samples = { rows, ownerId: String(config.owner.id) }
  return attempting(clone, null, async (attempts) => {
    const ofStatements = await statementSubjects(attempts, statements, samples)
    const played = await attempts.play(statements.recorded)
    const called = new Set(played.called)
    const ofFunctions = await functionSubjects(functions, samples, called)
    const subjects = [...ofStatements.subjects, ...ofFunctions.subjects]
    const untried = [...ofStatements.untried, ...ofFunctions.untried]
    const outcomes: TrialOutcome[] = []
    for (const { attempt, at, text, of } of subjects) {
      const outcome = await attempt(attempts, asWritten)
      outcomes.push(outcome)
      if (of !== undefined && !called.has(of.name) && isUnknown(outcome))
        untried.push({ at, text, why: `it fails by itself: ${outcome!.code} ${outcome!.message}` })
    }
    const recorded = statements.recorded.map((one) => ({
      at: whereWritten(one, statements.sources),
      text: one.text,
    }))
    const { refused } = ofStatements
    return { subjects, outcomes, recorded, played: played.outcomes, untried, refused }
  })
}

/** Runs each statement as the owner in a request. */
async function asRequest(clone: Clone, known: Known, config: Config, compare: Compare): Promise<void> {
  const asSent = await withClient(clone.url, 'statements', async (client) => {
    const { connection } = await readEnforcement(client, config, ISOLATION)
    return connection.ownTargets ?? asWritten
  })
  await attempting(clone, String(config.owner.id), async (attempts) => {
    for (const [at, subject] of known.subjects.entries())
      if (subject.inRequests) compare(subject, known.outcomes[at]!, await subject.attempt(attempts, asSent))
  })
}

/** @param user null: as the app's own login, without usertwo */
function attempting<T>(
  clone: Clone,
  user: string | null,
  work: (attempts: StatementTrials) => Promise<T>,
): Promise<T> {
  return withClient(clone.adminUrl, 'statements', async (client) => {
    const login = decodeURIComponent(new URL(clone.url).username)
    const role = user === null ? login : await readRequestRole(client)
    return withAttempts(client, { role, login, user }, work)
  })
}

/** Returns a row of each table of the app as JSON, by the table's name. */
async function exportedRows(client: Queryable): Promise<Map<string, string>> {
  const { rows: tables } = await client.query<{ schema: string; name: string }>(
    `select n.nspname::text as schema, c.relname::text as name from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and ${APP_SCHEMAS}`,
  )
  const found = new Map<string, string>()
  for (const table of tables) {
    const { rows } = await client.query<{ row: string }>(
      `select pg_catalog.to_jsonb(t)::text as row from ${qualified(table)} t limit 1`,
    )
    if (rows[0]) found.set(table.name, rows[0].row)
  }
  return found
}

/**
 * Whether a statement did not get as far as it does in the app, so that nothing can be said of it: it cannot be planned by
 * itself, needs what another statement makes, or waited too long.
 */
const isUnknown = (outcome: TrialOutcome) =>
  outcome !== null && /^(?:42(?!501)|26|0A|55|57|40|25|2D)/.test(outcome.code)

/** Whether a constraint refused the values of a statement. */
const isOfValues = (outcome: TrialOutcome) => outcome?.code.startsWith('23') ?? false

/** Whether the server was too busy, or full. */
const isChance = ({ code }: NonNullable<TrialOutcome>) => /^(?:57|40|55P03|53)/.test(code)

/** Whether a failure is what the configuration says. */
function isExcused({ code, message }: NonNullable<TrialOutcome>, { auth, tables }: Config): boolean {
  const entryOf = (table: string) =>
    Object.entries(tables).find(([name]) => name.split('.').at(-1) === table)?.[1]
  // An app with a login of its own records rows of several users, and here each is tried as the owner. A request reaches
  // only the session of its cookie, and here no request is.
  const refused = /row-level security(?: policy for table "(.+)")?/.exec(message)
  if (refused) return auth.by === 'app' || entryOf(refused[1] ?? '')?.access === 'session'
  const table = /^permission denied for table (.+)$/.exec(message)?.[1]
  if (code !== '42501' || table === undefined) return false
  const found = entryOf(table)
  return found === undefined || !isOwned(found)
}
