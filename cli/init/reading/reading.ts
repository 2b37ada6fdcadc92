import { readApp } from '../../../reading/app/app.js'
import { readTexts } from '../../../reading/app/files.js'
import { installFor, workspaceOf } from '../../../reading/app/workspace-root.js'
import {
  databaseInWords,
  findDatabases,
  isNeon,
  ONLY_POSTGRES,
  pageOf,
} from '../../../reading/facts/databases.js'
import { declaredTables } from '../../../reading/facts/tables.js'
import { findUnhooked } from '../../../reading/facts/unhooked.js'
import { type FollowedRoute, followRoutes } from '../../../reading/flow/flow.js'
import { routesInSource } from '../../../reading/routes/routes-in-source.js'
import { readSources, type Source } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { CannotGoOn } from '../cannot-go-on.js'
import type { FirstConfiguration } from '../files/first-configuration.js'
import { writtenFiles } from '../files/written-files.js'
import type { InitGuess } from '../guess.js'
import { packagesAround } from '../monorepo/around.js'
import { refuseUnbuilt } from '../monorepo/installed.js'
import { byPackage, hasPackage, isOutside } from '../monorepo/outside.js'
import { ownLoginIn } from '../own-login/kept-login.js'
import { type ProxyHeader, proxyHeadersIn } from '../own-login/proxy-headers.js'
import type { SessionLogin } from '../own-login/read-login.js'
import { refuseSharedPassword } from '../own-login/shared/shared-password.js'
import { type AppRedis, appRedis } from '../redis/app-redis.js'
import { type ReadVariables, readEnvironment } from './environment.js'
import { type ExpressApp, findApp } from './express-app.js'
import { guessesOf } from './guesses.js'
import { type DatabaseHandle, findHandles, mainHandle } from './handle.js'
import { listensByItself, startsJobs } from './listens-by-itself.js'
import { installedVersion, type PackageManifest, readPackageManifest } from './manifest.js'
import { findMigrations, type Migrations } from './migrations.js'
import { refuseOldPrisma, refuseOneClient, refuseOutOfReach } from './out-of-reach.js'
import type { OwnLogin } from './own-login.js'
import { prefixOf } from './prefix.js'
import { findStart, missingRunner, missingStart, type StartCommand } from './start.js'

/** How the app is to be put under the layers. */
export interface How {
  /** without an edit, by `usertwo run` */
  run: boolean
  /** a login of its own stays where it is, behind that of usertwo */
  'keep-login': boolean
  /** it was seen to send queries before it is made */
  asksFirst?: boolean
}

/** What the sources of an app say about it. */
export interface Reading {
  folder: string
  manifest: PackageManifest
  start: StartCommand
  sources: Source[]
  app: ExpressApp
  /** nothing gives the app away: the entry takes it where it listens */
  caught: boolean
  /** it sends queries before it listens: the entry takes it where it is made */
  asksFirst: boolean
  handle: DatabaseHandle
  /** a login of its own, where it may be one that usertwo's takes the place of; null: none, or it is kept */
  login: OwnLogin | null
  /** a login by express-session, which the app keeps; null: it has none, or usertwo's takes its place */
  session: SessionLogin | null
  /** the headers of a proxy that it reads, where it has no login of its own */
  proxy: ProxyHeader[]
  /** how it gets its tables, the surest way first; the first that makes one is taken */
  ways: Migrations[]
  migrations: Migrations
  environment: ReadVariables
  /** the entry is an ES module */
  esm: boolean
  /** `usertwo run` starts it: it is not edited, and has no second entry */
  run: boolean
  /** names of the files that are written */
  entryFile: string
  configFile: string
  /** the configuration that the user began, which is completed; null: there was none */
  first: FirstConfiguration | null
  dotenv: boolean
  /** its routes, followed through the source as far as that shows; read once, at the first call */
  routes(): Promise<FollowedRoute[]>
  guesses: InitGuess[]
}

const DOCUMENT = 'docs/how-to/adopt-by-hand.md has it by hand'

/**
 * Reads the app in a folder; nothing of it is run.
 * @param how it is to be put under the layers
 * @throws ConfigError that says what was missing, where it was looked for, and what to do
 */
export async function readForInit(
  folder: string,
  { run, 'keep-login': keepLogin, asksFirst = false }: How,
  first: FirstConfiguration | null = null,
): Promise<Reading> {
  const manifest = readPackageManifest(folder)
  const start = startOf(folder, manifest, run)
  const config = parseConfig({ app: { start: start.command }, owner: { id: 1 }, users: { table: 'users' } })
  const { server: sources, client: others } = await readSources(folder, config)
  refuseOtherDatabase(folder, sources, manifest)
  refuseUnbuilt(folder, sources)
  const made = findApp(sources)
  if (!made)
    throw new CannotGoOn(`no express() in what ${start.file} loads (${sources.length} files); ${DOCUMENT}`)
  const app = byPackage(made, sources)
  const { environment, redis } = environmentOf(folder, sources, manifest, first)
  if (redis?.queue && redis.missing)
    throw new CannotGoOn(`its queue is in a Redis (${redis.queue}), ${redis.missing}`)
  if (!keepLogin) refuseSharedPassword(folder, sources, environment.env)
  const logins = keepLogin ? { login: null, session: null } : ownLoginIn(sources, config.auth.mount, redis)
  const proxy = keepLogin || logins.login || logins.session ? [] : proxyHeadersIn(sources)
  const handle = handleOf(folder, sources, start)
  const ways = findMigrations(folder, manifest, sources, others, start, packagesAround(folder, sources))
  const [migrations] = ways
  if (!migrations)
    throw new CannotGoOn(
      'nothing makes the tables of an empty database: no knexfile, no script named migrate, no .sql file with create table, none in the code; write them down: pg_dump --schema-only > schema.sql. If the app notes in a table which of its migrations ran, add the rows of that table, or it runs them again: pg_dump --data-only --table=NAME >> schema.sql',
    )
  if (run && app.listen && !app.listen.byEnvironment)
    throw new CannotGoOn(
      `${app.listen.at}: it listens on a port of its own, whatever PORT says, and usertwo run changes nothing of that: let it read process.env.PORT, or leave --run out`,
    )
  const caught = listensByItself(app, start, sources) || (await startsJobs(folder, app, start, sources))
  refuseOutOfReach(handle, sources, { run, inEntry: caught && handle.file === start.file })
  const isModule = isEntryModule(manifest, start, run)
  return {
    folder,
    manifest,
    start,
    sources,
    app,
    caught,
    asksFirst,
    handle,
    ...logins,
    proxy,
    ways,
    migrations,
    environment,
    first,
    esm: isModule,
    run,
    ...writtenFiles(manifest, isModule, first),
    dotenv: usesDotenv(sources, manifest),
    routes: onceFollowed(folder),
    guesses: guessesOf(folder, { start, app, caught: caught && !run, handle, run, sources, redis }),
  }
}

/** Whether the entry is written as an ES module. */
function isEntryModule({ type }: PackageManifest, { file, command }: StartCommand, run: boolean): boolean {
  if (/\.mjs$/.test(file) || (type === 'module' && !/\.c[jt]s$/.test(file))) return true
  // What tsx requires it compiles, usertwo too, and what usertwo imports later would be a second copy with a state of its own.
  return command.includes('tsx') && !run
}

/** @throws ConfigError when nothing starts the app, or not in a way that can go on */
function startOf(folder: string, manifest: PackageManifest, run: boolean): StartCommand {
  const start = findStart(folder, manifest)
  if (!start)
    throw new CannotGoOn(
      missingStart(folder, manifest) ??
        `no start script in package.json that runs a file, no main, and no server.js, index.js or app.js: add "start": "node FILE" to its scripts`,
    )
  const noRunner = missingRunner(folder, start)
  if (noRunner) throw new CannotGoOn(noRunner)
  if (start.cd && run)
    throw new CannotGoOn(
      `${start.at}: it changes to ${start.cd} first, and usertwo run starts what it is given from here: leave --run out, or let the script start ${start.file} from the app’s folder`,
    )
  return start
}

/** @throws ConfigError when the app keeps its rows elsewhere than in PostgreSQL, or loads a driver that no layer reaches */
function refuseOtherDatabase(
  folder: string,
  sources: readonly Source[],
  { dependencies }: PackageManifest,
): void {
  const [database] = findDatabases(sources, Object.keys(dependencies), () =>
    prismaSchemas(workspaceOf(folder)?.root ?? folder),
  )
  if (database?.reach === 'other')
    throw new CannotGoOn(
      `${databaseInWords(database)}: ${ONLY_POSTGRES}; ${pageOf(database)} has the ways on`,
    )
  const [driver] = findUnhooked(sources).filter(({ isSometimes }) => !isSometimes)
  if (!driver) return
  const fix = database && isNeon(database.by) ? 'npx usertwo fix driver writes the swap to pg; ' : ''
  throw new CannotGoOn(`${driver.at}: ${driver.what} (${fix}docs/start/which-database.md#other-drivers)`)
}

const prismaSchemas = (folder: string) =>
  [...readTexts(folder).texts].flatMap(([file, text]) => (file.endsWith('.prisma') ? text : []))

/** @throws ConfigError when the app has no database handle that serves several users */
function handleOf(folder: string, sources: readonly Source[], start: StartCommand): DatabaseHandle {
  const handles = findHandles(sources).map((one) => byPackage(one, sources))
  const handle = mainHandle(handles)
  if (!handle)
    throw new CannotGoOn(
      `nothing in what ${start.file} loads asks PostgreSQL by pg, knex, Sequelize, TypeORM, pg-promise, Drizzle, Kysely, slonik, MikroORM or Prisma; docs/start/which-database.md has what can be done`,
    )
  refuseOneClient(handle, sources)
  refuseOldPrisma(handle, installedVersion(folder, '@prisma/client'))
  const [under] = handle.exported ? [] : [handle.kind === 'knex' ? 'knex' : 'pg']
  if (under && isOutside(handle) && !hasPackage(folder, under))
    throw new CannotGoOn(
      `${handle.at}: the handle is not exported by its package, and ${under}, which is under it, is not installed here: export it, or ${installFor(workspaceOf(folder)?.root ?? folder, folder, under)}`,
    )
  return handle
}

/** The variables that the app reads, and its Redis, whose address is among them. */
function environmentOf(
  folder: string,
  sources: readonly Source[],
  manifest: PackageManifest,
  first: FirstConfiguration | null,
): { environment: ReadVariables; redis: AppRedis | null } {
  const read = readEnvironment(folder, sources)
  const names = [...read.at.keys()]
  const prefix = prefixOf(manifest.name, names)
  const redis = appRedis(folder, sources, names, { first: first?.app.env, prefix })
  return { environment: withFirst({ ...read, env: { ...read.env, ...redis?.env } }, first), redis }
}

/** What the user wrote counts before what was read. */
function withFirst(read: ReadVariables, first: FirstConfiguration | null): ReadVariables {
  const { env, headers } = first?.app ?? {}
  return { ...read, env: { ...read.env, ...env }, headers: { ...read.headers, ...headers } }
}

const usesDotenv = (sources: readonly Source[], { dependencies }: PackageManifest) =>
  sources.some(({ imports }) => [...imports.values()].some(({ module }) => module.startsWith('dotenv'))) ||
  (dependencies.dotenv !== undefined &&
    sources.some(({ tree }) => JSON.stringify(tree, leaveOut).includes('"dotenv')))
const leaveOut = (name: string, value: unknown) =>
  name === 'loc' || name.endsWith('omments') ? undefined : value

/** Whether SQL files say their order themselves, by numbers. Of others one may be left over, or for another database. */
const isOrdered = (files: readonly string[]) =>
  files.length < 2 || files.every((file) => /^(?:.*\/)?\d[^/]*(?:\/migration\.sql)?$/.test(file))

/** How the tables are made, in words. */
export function tablesGuess({ kind, migrate, files, at }: Migrations): InitGuess {
  return {
    about: 'tables',
    says: kind === 'start' ? 'made by the app while it starts' : migrate.join(' '),
    sure: kind === 'script' || kind === 'texts' || !isOrdered(files) ? 'likely' : 'certain',
    at,
  }
}

/** Returns a function that follows the routes of the app in a folder, once, at its first call. */
export function onceFollowed(folder: string): () => Promise<FollowedRoute[]> {
  let read: Promise<FollowedRoute[]> | undefined
  return () => {
    read ??= readApp(folder).then((app) => {
      const server = app.sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
      return followRoutes(app, declaredTables(app), routesInSource(server))
    })
    return read
  }
}
