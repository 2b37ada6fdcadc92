import type { Project } from '../../proof/gate/project.js'
import { withSession, withTemplates } from '../../proof/gate/run/with-session.js'
import type { GateSession } from '../../proof/gate/session.js'
import type { Templates } from '../../proof/gate/templates.js'
import { catalogOf } from '../../proof/inventory/look.js'
import { ServerMissing } from '../../proof/postgres/embedded/binaries.js'
import { ownCallPaths } from '../../reading/facts/own-calls.js'
import { parseConfig } from '../../src/config/config.js'
import { ConfigError } from '../../src/core/config-error.js'
import { CannotGoOn } from './cannot-go-on.js'
import { readsFormsOnly } from './day/body-kinds.js'
import { dayOf, type Learnt } from './day/day-of.js'
import type { ConfigParts } from './files/config-text.js'
import { configOf } from './files/config-text.js'
import { configurationOf } from './files/first-configuration.js'
import { DRIVE, type PlannedFile, SEED, SQL_RUNNER } from './files/planned.js'
import { SQL_RUNNER_TEXT } from './files/sql-runner.js'
import { tryBetterAuth } from './own-login/better-auth/try-better-auth.js'
import { isBelow } from './own-login/kept-login.js'
import { namesUser } from './own-login/proxy-headers.js'
import { type TriedLogin, unreadable } from './own-login/tried-login.js'
import { tryLogin } from './own-login/try-login.js'
import { noUsers, tryProxy } from './own-login/try-proxy.js'
import type { AskOwner } from './question.js'
import { queriesWhenMade } from './reading/handle.js'
import { prefixOf } from './reading/prefix.js'
import type { Reading } from './reading/reading.js'
import { bareCommand } from './reading/start.js'
import type { Ownership } from './schema/owners.js'
import { readSchema } from './schema/read-schema.js'
import { sessionsBeside } from './schema/sessions-beside.js'

/** What was tried for tables made none. */
export class NoTables extends CannotGoOn {}

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
    if (error instanceof ServerMissing) throw new CannotGoOn(error.message)
    throw new NoTables(error.message)
  })
  if (ownership.tables.length === 0 && !ownership.users.exists)
    throw new NoTables(`${app.migrate!.join(' ')} made no table`)
  const seedBy = (text: string) => {
    if (!text) return
    write([
      { file: SEED, text },
      { file: SQL_RUNNER, text: SQL_RUNNER_TEXT },
    ])
    app.seed = seedCommand(kept ? null : (reading.first?.app.seed ?? reading.migrations.seed))
  }
  seedBy(seed)
  const parts = partsOf(reading, app, ownership)
  const writeConfig = () => write([{ file: reading.configFile, text: configurationOf(parts, reading) }])
  // An app with a port of its own is started by the entry, and that reads it.
  writeConfig()
  const tried = await loginOf(reading, app, ownership, say, ask)
  const own = tried instanceof ConfigError ? null : tried
  const { login = null } = own?.auth ?? {}
  const beside = sessionsBeside(reading.sources, ownership, login !== null && !login.token)
  parts.tables = beside.ownership.tables
  const whole = [seed, own?.sql, beside.sql].filter(Boolean).join('\n')
  if (whole !== seed) seedBy(whole)
  if (own) {
    Object.assign(parts, { auth: own.auth, userText: own.userText })
    if (own.auth.register) Object.assign(parts.users, { password: own.password, making: null })
    const closed = own.closed?.map((one) => ({ ...one, access: 'closed' as const })) ?? []
    parts.tables = [...parts.tables, ...closed]
  }
  writeConfig()
  say(`starts the app and asks each of its routes: ${(app.bare ?? app.start).join(' ')}`)
  return inSession(reading, configOf(parts), (session) =>
    dayOf(reading, session, parts, { ownership: beside.ownership, seed: whole, tried }),
  )
}

/** What the app's files, its catalog and its rows say; what the running app says is missing. */
function partsOf(
  { environment, asksFirst, handle, manifest, sources }: Reading,
  app: ConfigParts['app'],
  { ownerId, users, tables }: Ownership,
): ConfigParts {
  const itself = ownCallPaths(sources)
  const auth = {
    ...(environment.headers.authorization && { header: 'x-usertwo' }),
    ...(itself.length > 0 && { ownCalls: itself }),
  }
  return {
    app,
    ownerId,
    users: {
      ...users,
      why: users.exists ? 'the app’s own' : 'made in phase 3: the app has none',
    },
    tables,
    routes: { public: [], debug: [], ops: [] },
    spa: false,
    auth: Object.keys(auth).length > 0 ? auth : null,
    userText: '',
    startup: asksFirst || queriesWhenMade(handle.kind),
    demo: null,
    prefix: prefixOf(manifest.name, [...environment.at.keys()]),
  }
}

/** @param first the app's own, where it makes the same rows each time */
function seedCommand(first: readonly string[] | null): string[] {
  const ours = ['node', SQL_RUNNER, SEED]
  return first ? ['sh', '-c', `${first.join(' ')} && ${ours.join(' ')}`] : ours
}

/** A login that stays, used once; null: the app has no such login. An error: why it cannot, where usertwo's may replace it. */
async function loginOf(
  reading: Reading,
  app: ConfigParts['app'],
  { users, ownerId }: Ownership,
  say: (line: string) => void,
  ask: AskOwner,
): Promise<TriedLogin | ConfigError | null> {
  const { session: read, proxy, sources } = reading
  const headers = proxy.filter(({ name }) => namesUser(name))
  if (!read && headers.length === 0) return null
  const config = { app, owner: { id: ownerId }, users: { table: users.table, id: users.id } }
  const { mount } = parseConfig(config).auth
  const unlessReplaced = (error: Error) => {
    if (read && error instanceof ConfigError && isBelow(read, mount)) return error
    throw error
  }
  if (!users.exists)
    return unlessReplaced(
      read ? unreadable(read, 'no table of users was found in its database') : noUsers(headers[0]!),
    )
  const command = (app.bare ?? app.start).join(' ')
  say(read ? `logs in by the app’s own login: ${command}` : `sends the header of the proxy: ${command}`)
  return inSession(reading, config, async (session) => {
    const { database } = session
    // As the migrations leave it: the app may make the table of sessions at its first request.
    const catalog = await catalogOf(database.url)
    const target = await session.app({ dial: 0, bare: true })
    const routes = await session.routes({ dial: 0, bare: true })
    const known = { target, database, catalog, users: users.table, routes, ownerId, ask }
    if (!read) return tryProxy({ ...known, headers, read: proxy })
    const trying = { ...known, read, forms: readsFormsOnly(sources) }
    return read.betterAuth ? tryBetterAuth(trying) : tryLogin(trying)
  }).catch(unlessReplaced)
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
