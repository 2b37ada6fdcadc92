import type { App } from '../app/app.js'
import type { Package } from '../app/packages.js'
import { copiesOf } from '../app/versions.js'
import type { Guess } from '../owners/owner.js'
import { eventStreamsInSource, socketInWords, socketsInSource } from '../routes/sockets.js'
import { type Handle, handlesOf, OTHER_DATABASES } from './database.js'
import { type AppStart, startOf } from './start.js'

/** What is there. */
export interface Facts {
  name: string
  /** package.json that names Express; null: none does */
  home: string | null
  modules: 'CommonJS' | 'ES modules'
  typescript: boolean
  /** library → its version, as locked or installed, else as asked for */
  versions: { name: string; version: string; locked: boolean }[]
  start: AppStart
  handles: Handle[]
  /** drivers of databases that the layers cannot hold */
  others: string[]
  /** what logs, and what knows who is signed in, as far as packages tell */
  logging: string[]
  logins: string[]
  /** where it keeps connections open, in words */
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
  const home = homeOf(app)
  const all = new Map(app.packages.filter(({ browser }) => !browser).flatMap((one) => [...one.dependencies]))
  const server = app.sources.filter(({ role }) => role === 'server')
  return {
    name: home?.name ?? app.folder.split(/[\\/]/).at(-1)!,
    home: home?.dependencies.has('express') ? home.file : null,
    modules: home?.type === 'module' ? 'ES modules' : 'CommonJS',
    typescript: server.some(({ source }) => /\.[mc]?ts$/.test(source.file)),
    versions: SHOWN.flatMap((name) => {
      const asked = all.get(name)
      if (asked === undefined) return []
      const [copy] = copiesOf(name, app, app.packages)
      return [{ name, version: copy?.version ?? asked, locked: copy !== undefined }]
    }),
    start: home ? startOf(app, home) : { command: null, listens: [], made: [], exported: [] },
    handles: handlesOf(app),
    others: OTHER_DATABASES.filter((name) => all.has(name)),
    logging: [...all.keys()].filter((name) => LOGGING.test(name)),
    logins: [...all.keys()].filter((name) => LOGINS.test(name)),
    sockets: socketsInSource(server.map(({ source }) => source)).map(socketInWords),
    streams: eventStreamsInSource(server.map(({ source }) => source)),
    users: guess.users?.name ?? null,
    files: app.sources.length,
  }
}

/** The package that has Express, the nearest to the root. */
function homeOf({ packages }: App): Package | undefined {
  const nearest = [...packages].sort(
    (a, b) => a.folder.split('/').length - b.folder.split('/').length || a.folder.length - b.folder.length,
  )
  return nearest.find(({ dependencies }) => dependencies.has('express')) ?? nearest[0]
}
