import express, { type RequestHandler } from 'express'
import type { Knex } from 'knex'
import pino from 'pino'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { shownAddresses } from '../../src/config/addresses.js'
import { type Config, type ConfigInput, parseConfig } from '../../src/config/config.js'
import { isOn } from '../../src/config/dial.js'
import { parseSettings } from '../../src/config/settings.js'
import type { Clock } from '../../src/core/clock.js'
import type { Kit, Setup } from '../../src/core/kit.js'
import { personOf } from '../../src/core/person-of.js'
import { connect } from '../../src/database/connect.js'
import { migrate } from '../../src/database/migrator.js'
import { accessLog } from '../../src/phases/2-hardening/requests/access-log.js'
import { auth } from '../../src/phases/4-auth/phase.js'
import { loadLanguages } from '../../src/phases/4-auth/words/languages.js'
import { client } from '../../src/phases/5-pages/phase.js'
import { makeLog, makeOwnLog } from '../../src/redaction/log.js'
import { cheapPasswords } from './cheap-passwords.js'
import { copyOf } from './postgres.js'

export interface AuthApp {
  app: express.Express
  kit: Kit & Pick<Setup, 'onRegistered'>
  db: Knex
  url: string
  /** `stop`: time goes on by `move` alone, where a slow machine would let a delay pass */
  clock: { now: () => Date; move(seconds: number): void; stop(): void }
  /** everything `kit.report` was given */
  reported: unknown[]
  /** headers as the app behind saw them, newest last */
  seen: { headers: Record<string, unknown>; raw: string[] }[]
  dispose(): Promise<void>
}

export interface AuthAppOptions {
  dial?: number
  env?: Record<string, string>
  config?: Partial<ConfigInput>
  /** registration: for everybody, or with an invitation; default: for the owner alone */
  open?: boolean | 'invite'
  /** a further process on the same database */
  url?: string
  /** SQL that makes the users table before the migration */
  users?: string
  behind?: RequestHandler
  /** gets what is logged, line by line */
  lines?: string[]
  /** whether passwords are hashed, at the least cost or as in production; default: false, since bcrypt takes most of a test's time */
  realHashes?: boolean | 'as in production'
}

export const CODE = 'ABCD-2345'
export const SECRET = 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1'
const USERS = `create table users (id serial primary key, username varchar(50) not null unique,
  created_at timestamptz not null); insert into users values (1, 'default_user', now())`

/** Layers of phases 4 and 5 over a small app, on a real database with the owner's row in it, unclaimed. */
export async function authApp(options: AuthAppOptions = {}): Promise<AuthApp> {
  const { dial = 4, env = {} } = options
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    routes: { public: ['GET /health'] },
    ...options.config,
  })
  // As the start of phase 4 does.
  await loadLanguages(config)
  const own = options.url ? null : await migrated(options.users ?? USERS, config)
  const url = own?.url ?? options.url!
  const db = connect(url)
  const settings = parseSettings({
    ENVIRONMENT: 'test',
    USERTWO_PHASE: String(dial),
    JWT_SECRET: SECRET,
    USERTWO_CLAIM_CODE: CODE,
    CORS_ORIGINS: 'https://app.example.com',
    TRUST_PROXY: '1',
    ...env,
  })
  if (options.realHashes === true) settings.PASSWORD_COST = 4
  let moved = 0
  let stopped: number | null = null
  const clock = {
    now: () => new Date((stopped ?? Date.now()) + moved),
    move: (seconds: number) => {
      moved += seconds * 1000
    },
    stop: () => {
      stopped = Date.now()
    },
  } satisfies Clock & AuthApp['clock']
  const closing: (() => Promise<void>)[] = []
  const preparing: ((trx: Knex.Transaction, id: string | number) => Promise<void>)[] = []
  const reported: unknown[] = []
  const seen: AuthApp['seen'] = []
  const kit: AuthApp['kit'] = {
    config,
    settings,
    at: shownAddresses(config, settings),
    dial,
    has: (phase) => isOn(phase, dial),
    knowsPeople: isOn('auth', dial) && settings.USER_MGMT_ENABLED,
    db,
    preparesStatements: true,
    clock,
    log: options.lines
      ? makeLog(settings, { write: (line) => void options.lines!.push(line) })
      : pino({ level: 'silent' }),
    ownLog: options.lines
      ? makeOwnLog(settings, { write: (line) => void options.lines!.push(line) })
      : pino({ level: 'silent' }),
    userOf: personOf,
    report: (error) => {
      reported.push(error)
    },
    registrationOpen: (invited) => options.open === true || (options.open === 'invite' && invited === true),
    onRegistered: (prepare) => {
      preparing.push(prepare)
    },
    registered: async (trx, id) => {
      for (const prepare of preparing) await prepare(trx, id)
    },
    onDispose: (close) => {
      closing.push(close)
    },
  }
  if (dial >= 4 && !options.realHashes) cheapPasswords(kit)
  const app = express().disable('x-powered-by')
  if (options.lines) app.use(accessLog(kit))
  for (const place of ['first', 'outer'])
    for (const phase of [auth, client])
      for (const layer of phase.layers) {
        const made = phase.number <= dial && layer.place === place ? layer.make(kit) : null
        if (made) app.use(made)
      }
  app.use((req, _res, next) => {
    seen.push({ headers: { ...req.headers }, raw: [...req.rawHeaders] })
    next()
  })
  if (options.behind) app.use(options.behind)
  app.use((req, res) => {
    res.json({ app: req.originalUrl, user: personOf(req)?.id ?? null })
  })
  return {
    app,
    kit,
    db,
    url,
    clock,
    reported,
    seen,
    async dispose() {
      for (const close of closing) await close()
      await db.destroy()
      await own?.drop()
    },
  }
}

/** A database with this users table and the toolkit's own. */
function migrated(users: string, config: Config): Promise<Clone> {
  const about = `auth ${JSON.stringify([users, config.users, config.owner.id])}`
  return copyOf(about, async ({ url }) => {
    const db = connect(url)
    await db.raw(users)
    await db.destroy()
    await migrate(url, { phase: 4, users: config.users, ownerId: config.owner.id })
  })
}
