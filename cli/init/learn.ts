import { corpusOf } from '../../proof/attack/synthesised/corpus.js'
import { isDone } from '../../proof/gate/app/http.js'
import type { Route } from '../../proof/gate/gate.js'
import type { Project } from '../../proof/gate/project.js'
import { withSession, withTemplates } from '../../proof/gate/run/with-session.js'
import type { GateSession } from '../../proof/gate/session.js'
import type { Templates } from '../../proof/gate/templates.js'
import { ServerMissing } from '../../proof/postgres/embedded/binaries.js'
import { swallowedErrors } from '../../reading/routes/swallowed.js'
import { parseConfig } from '../../src/config/config.js'
import { ConfigError } from '../../src/core/config-error.js'
import { lastingTarget, unlessRefused } from './day/lasting-target.js'
import { missingPoint } from './day/missing-point.js'
import { isReplaced } from './day/own-login.js'
import { pagesAmong, refused, startPage } from './day/pages.js'
import { readsFormsOnly } from './day/reads-forms.js'
import { type TriedRoutes, tryRoutes } from './day/try-routes.js'
import type { ConfigParts } from './files/config-text.js'
import { configOf } from './files/config-text.js'
import { configurationOf } from './files/first-configuration.js'
import { DRIVE, type PlannedFile, SEED, SQL_RUNNER } from './files/planned.js'
import { SQL_RUNNER_TEXT } from './files/sql-runner.js'
import type { InitGuess } from './guess.js'
import { findHealth } from './health.js'
import { operatorRoutes } from './operator-routes.js'
import type { AskOwner } from './question.js'
import { bodyFieldsOf } from './reading/body-fields.js'
import { demoBy, demoGuess } from './reading/demo.js'
import { ownLogin } from './reading/own-login.js'
import { pointsOf } from './reading/points.js'
import { prefixGuess, prefixOf } from './reading/prefix.js'
import type { Reading } from './reading/reading.js'
import { bareCommand } from './reading/start.js'
import type { Ownership } from './schema/owners.js'
import { asTheyAre, readSchema } from './schema/read-schema.js'
import { rowsShownBy } from './shows-rows.js'

/** What only the running app and its database say. */
export interface Learnt {
  parts: ConfigParts
  day: TriedRoutes
  forms: boolean
  /** SQL that gives empty tables rows of the owner's; empty: they have some */
  seed: string
  guesses: InitGuess[]
  open: string[]
}

const NO_HEALTH =
  "no address answers 2xx without showing rows: give the app one before its other routes, app.get('/health', (req, res) => res.send('ok')), take away what is written, and run init again"

/** What was tried for tables made none. */
export class NoTables extends ConfigError {}

/**
 * Runs the app's migrations, then the app, on databases that are thrown away.
 * @throws NoTables
 */
export async function learn(
  reading: Reading,
  write: (files: readonly PlannedFile[]) => void,
  say: (line: string) => void,
  ask: AskOwner,
): Promise<Learnt> {
  const app = appPart(reading)
  say(`makes the tables: ${app.migrate!.join(' ')}`)
  const { ownership, seed, kept } = await inSession(
    reading,
    { app, owner: { id: 1 }, users: { table: 'users' } },
    (session, { seededAgain }) => readSchema(reading, session, seededAgain, ask),
  ).catch((error: Error) => {
    if (error instanceof ConfigError) throw error
    if (error instanceof ServerMissing) throw new ConfigError('init cannot go on', [error.message])
    throw new NoTables('init cannot go on', [error.message])
  })
  if (ownership.tables.length === 0 && !ownership.users.exists)
    throw new NoTables('init cannot go on', [`${app.migrate!.join(' ')} made no table`])
  if (seed) {
    write([
      { file: SEED, text: seed },
      { file: SQL_RUNNER, text: SQL_RUNNER_TEXT },
    ])
    const own = kept ? null : (reading.first?.app.seed ?? reading.migrations.seed)
    const ours = ['node', SQL_RUNNER, SEED]
    app.seed = own ? ['sh', '-c', `${own.join(' ')} && ${ours.join(' ')}`] : ours
  }
  const parts: ConfigParts = {
    app,
    ownerId: ownership.ownerId,
    users: {
      ...ownership.users,
      why: ownership.users.exists ? 'the app’s own' : 'made in phase 3: the app has none',
    },
    tables: ownership.tables,
    routes: { public: [], debug: [], ops: [] },
    spa: false,
    auth: reading.environment.headers.authorization ? { header: 'x-usertwo' } : null,
    startup: reading.migrations.kind === 'start',
    demo: null,
    prefix: prefixOf(reading.manifest.name, [...reading.environment.at.keys()]),
  }
  // An app with a port of its own is started by the entry, which reads it.
  write([{ file: reading.configFile, text: configurationOf(parts, reading) }])
  say(`starts the app and asks each of its routes: ${(app.bare ?? app.start).join(' ')}`)
  return inSession(reading, configOf(parts), (session) => dayOf(reading, session, parts, ownership, seed))
}

function appPart({
  start,
  run,
  entryFile,
  app,
  migrations,
  environment,
  first,
}: Reading): ConfigParts['app'] {
  const command = start.command.map((word) =>
    word === start.file || word === `./${start.file}` ? entryFile : word,
  )
  return {
    start: run ? ['usertwo', 'run', '--', ...start.command] : command,
    // A gate cannot set a port that the app has hard-coded.
    // `usertwo run` loads nothing at dial 0.
    ...(!run && (app.listen === null || app.listen.byEnvironment) && { bare: bareCommand(start) }),
    migrate: migrations.migrate,
    ...(migrations.seed && { seed: migrations.seed }),
    drive: ['node', DRIVE],
    ...(Object.keys(environment.env).length && { env: environment.env }),
    ...(Object.keys(environment.headers).length && { headers: environment.headers }),
    health: '/',
    ...keptOf(first),
  }
}

/** What the user wrote of `app`; variables and headers are among those that were read. */
function keptOf(first: Reading['first']): Partial<ConfigParts['app']> {
  const { env: _env, headers: _headers, ...kept } = first?.app ?? {}
  return kept
}

async function inSession<T>(
  { folder }: Reading,
  config: unknown,
  work: (session: GateSession, templates: Templates) => Promise<T>,
): Promise<T> {
  const project: Project = { name: 'init', folder, config: parseConfig(config) }
  return withTemplates(project, (templates) =>
    withSession({ project, templates }, (session) => work(session, templates)),
  )
}

async function dayOf(
  reading: Reading,
  session: GateSession,
  parts: ConfigParts,
  ownership: Ownership,
  seed: string,
): Promise<Learnt> {
  const { sources, environment } = reading
  const target = await lastingTarget(session)
  const routes = await session.routes({ dial: 0, bare: true })
  const showsRow = await rowsShownBy(session.database, ownership)
  const health = await findHealth(routes, target, await session.folders({ dial: 0, bare: true }), showsRow)
  const root = await target.ask('GET', '/', { headers: { accept: 'text/html' } }).catch(unlessRefused)
  const forms = readsFormsOnly(sources)
  const corpus = await corpusOf(session.database, await asTheyAre(session, ownership), ownership.ownerId, [])
  const fieldsOf = (route: Route) => bodyFieldsOf(route, sources)
  // A route that reaches for another database may hide the refusal.
  const unanswered = () => session.fence.assert()
  const day = await tryRoutes(routes, { target, corpus, forms, fieldsOf, unanswered })
  const { login } = reading
  const { mount } = session.config.auth
  if (login && !(await isReplaced(login, mount, routes, day, target)))
    throw new ConfigError('init cannot go on', [ownLogin(login)])
  if (login) parts.demo = demoBy(environment.at, mount, ownership.users.exists)
  const pages = await pagesAmong(day, target)
  session.fence.assert()
  const swallowed = swallowedErrors(sources)
  const names = ownership.tables.map(({ name }) => name)
  const { guesses: operatorGuesses, ...operator } = operatorRoutes(routes, names)
  parts.routes = { public: health.public ? [`GET ${health.path}`] : [], ...operator }
  parts.app.health = reading.first?.app.health ?? health.path
  const index = startPage(root, pages)
  parts.spa = index ? { index, routes: [] } : false
  return {
    parts,
    day,
    forms,
    seed,
    guesses: [
      ...ownership.guesses,
      { about: 'health', says: health.path, sure: health.sure, at: health.at },
      pagesGuess(parts.spa, day),
      ...ownKeyGuesses(environment),
      ...ownLoginGuess(login, mount),
      ...demoGuess(parts.demo, login),
      ...operatorGuesses,
      ...prefixGuess(parts.prefix, environment.at),
    ],
    open: [
      ...pointsOf(reading),
      ...(health.sure === 'guess' ? [NO_HEALTH] : []),
      ...refused(new Map([...(root && isDone(root) ? [['/', root.body] as const] : []), ...pages])),
      ...target.ended().map(endedPoint),
      ...day.missing.map((one) => missingPoint(one, swallowed)),
    ],
  }
}

const endedPoint = (what: string) =>
  `${what}. It was started again: let that route answer an error, and not end the app`

function pagesGuess(spa: ConfigParts['spa'], { calls }: TriedRoutes): InitGuess {
  return {
    about: 'pages',
    says: spa ? `begin at ${spa.index}` : 'none',
    sure: 'likely',
    at: spa ? 'it answered HTML' : `${calls.length} requests, none answered HTML`,
  }
}

function ownKeyGuesses({ headers, at }: Reading['environment']): InitGuess[] {
  return Object.entries(headers).map(([name, value]) => ({
    about: 'own key',
    says: `${name}: ${value}`,
    sure: 'likely',
    at: at.get(name) ?? 'the sources',
  }))
}

function ownLoginGuess(login: Reading['login'], mount: string): InitGuess[] {
  if (!login) return []
  const says = `at ${mount}, where usertwo answers from phase 4`
  return [{ about: 'own login', says, sure: 'certain', at: login.at }]
}
