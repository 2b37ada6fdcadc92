import type { App } from '../app/app.js'
import type { Package } from '../app/packages.js'
import { ownCopy } from '../app/versions.js'
import type { Guess } from '../owners/owner.js'
import { eventStreamsInSource, socketInWords, socketsInSource } from '../routes/sockets.js'
import { packageIn } from '../syntax/package-entry.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall } from '../syntax/syntax.js'
import { children, locate, traverse } from '../syntax/tree.js'
import { type AppDatabase, findDatabases } from './databases.js'
import { type UnbuiltPages, unbuiltPages } from './front-ends.js'
import { type Handle, handlesOf } from './handles.js'
import { mainServers, type ServingPackage, serversOf } from './servers.js'
import { type AppStart, startOf } from './start.js'

/** What a scan reports about an app. */
export interface Facts {
  name: string
  /** package.json of the server; null: no package listens or depends on Express */
  home: string | null
  /** the packages that serve, with where they listen; empty: the folder itself is the app */
  servers: { folder: string; at: string }[]
  /** front ends that the app serves and that are not built yet */
  unbuilt: UnbuiltPages[]
  modules: 'CommonJS' | 'ES modules'
  typescript: boolean
  /** libraries with the locked or installed version, or else the range in package.json */
  versions: { name: string; version: string; locked: boolean }[]
  start: AppStart
  handles: Handle[]
  /** where it keeps its rows, the one that counts first; empty: nowhere that was found */
  databases: AppDatabase[]
  /** packages for logging, and packages for logins that a file loads */
  logging: string[]
  logins: string[]
  /** where the app refuses a client itself; null: nowhere */
  refuses: string | null
  /** where it keeps connections open, as printed by `scan` */
  sockets: string[]
  streams: string[]
  users: string | null
  files: number
}

const SHOWN = [
  'express',
  'pg',
  'knex',
  'sequelize',
  'typeorm',
  'pg-promise',
  '@prisma/client',
  'drizzle-orm',
  'objection',
  'slonik',
  'kysely',
  'helmet',
  'cors',
]
const LOGGING =
  /^(morgan|pino|pino-http|winston|express-winston|bunyan|log4js|loglevel|signale|@sentry\/node)$/
const LOGINS =
  /^(passport|passport-.*|jsonwebtoken|express-jwt|jwt-simple|express-session|cookie-session|express-basic-auth|better-auth|next-auth|@clerk\/.*|firebase-admin|auth0|express-openid-connect|lucia)$/

export function factsOf(app: App, guess: Guess): Facts {
  const servers = mainServers(serversOf(app))
  const home = homeOf(app, servers)
  const all = new Map(app.packages.filter(({ browser }) => !browser).flatMap((one) => [...one.dependencies]))
  const server = app.sources.filter(({ role }) => role === 'server')
  const loaded = new Set(
    server.flatMap(({ source }) =>
      [...source.imports.values()].map(({ module }) => packageIn(module)?.name ?? module),
    ),
  )
  return {
    name: home?.name ?? app.folder.split(/[\\/]/).at(-1)!,
    home: home && (servers.length || home.dependencies.has('express')) ? home.file : null,
    servers: servers.some(({ package: { folder } }) => folder === '')
      ? []
      : servers.map(({ package: { folder }, at }) => ({ folder, at })),
    unbuilt: unbuiltPages(
      app.folder,
      server.map(({ source }) => source),
      true,
    ),
    modules: home?.type === 'module' ? 'ES modules' : 'CommonJS',
    typescript: server.some(({ source }) => /\.[mc]?ts$/.test(source.file)),
    versions: SHOWN.flatMap((name) => {
      const range = all.get(name)
      if (range === undefined) return []
      const copy = ownCopy(name, range, app, app.packages)
      return [{ name, version: copy?.version ?? range, locked: copy !== null }]
    }),
    start: home ? startOf(app, home) : { command: null, listens: [], made: [], exported: [] },
    handles: handlesOf(app),
    databases: findDatabases(
      server.map(({ source }) => source),
      all.keys(),
      () => [...app.texts].flatMap(([file, text]) => (file.endsWith('.prisma') ? text : [])),
    ),
    logging: [...all.keys()].filter((name) => LOGGING.test(name)),
    logins: [...all.keys()].filter((name) => LOGINS.test(name) && loaded.has(name)),
    refuses: refusalIn(server.map(({ source }) => source)),
    sockets: socketsInSource(server.map(({ source }) => source)).map(socketInWords),
    streams: eventStreamsInSource(server.map(({ source }) => source)),
    users: guess.users?.name ?? null,
    files: app.sources.length,
  }
}

/**
 * Returns the package that serves, or else one that depends on Express; of several, the nearest to the root.
 */
function homeOf({ packages: all }: App, servers: readonly ServingPackage[]): Package | undefined {
  const packages = servers.length ? servers.map((one) => one.package) : all
  const nearest = [...packages].sort(
    (a, b) => a.folder.split('/').length - b.folder.split('/').length || a.folder.length - b.folder.length,
  )
  return nearest.find(({ dependencies }) => dependencies.has('express')) ?? nearest[0]
}

/** Returns the first place where the server refuses a client: it answers 401 or 403. */
function refusalIn(sources: readonly Source[]): string | null {
  for (const { file, tree } of sources) {
    let found: string | null = null
    traverse(tree, (node) => {
      const name = isCall(node) ? calledMember(node)?.name : undefined
      const [code] = name && /^(?:status|sendStatus|writeHead)$/.test(name) ? children(node, 'arguments') : []
      if (code && (code.value === 401 || code.value === 403)) found ??= locate(file, node)
    })
    if (found) return found
  }
  return null
}
