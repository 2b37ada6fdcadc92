import { randomBytes } from 'node:crypto'
import type { Browser } from '@playwright/test'
import type { Clone } from '../postgres/throw-away.js'
import { redisFor } from '../redis/throw-away-redis.js'
import { ASKED, waiting } from './accepted.js'
import { appEnvironment, asPrefixed, tokenStyleOf } from './app/app-environment.js'
import { appHeaders } from './app/app-headers.js'
import { launchBrowser } from './app/browser.js'
import { probeOf } from './app/coming-up.js'
import { GATE_SECRET } from './app/gate-secret.js'
import { behindSenders } from './app/loopback.js'
import { isOfApp } from './app/of-app.js'
import type { Scratch } from './app/scratch.js'
import { type StartedTarget, startTarget } from './app/target.js'
import { watchSecrets } from './app/watch-secrets.js'
import type { Mutant } from './check.js'
import { type Fence, openFence } from './fence.js'
import type { AppOptions, Gate, GateDatabase, Member, People, Route, Target } from './gate.js'
import { openDatabase } from './gate-database.js'
import { asRoute, mountedHandlers } from './mounted.js'
import anySchema from './mutants/any-schema.js'
import proxyAddresses from './mutants/proxy-addresses.js'
import record from './mutants/record.js'
import { meetOwner, meetPeople } from './people/people.js'
import { unusedSecret } from './people/planted.js'
import { ownersHeaders } from './people/proxy-login.js'
import { takeOutRows } from './people/rowless.js'
import type { Orders } from './preload/orders.js'
import type { Project } from './project.js'
import { openCalls } from './replace/calls.js'
import { mutantId } from './replace/replacing.js'
import { runCommand } from './run/command.js'
import type { Difference } from './run/suite.js'
import { EPOCH, openCopies, type Templates } from './templates.js'
import { type Stopwatch, stopwatch } from './timings.js'
import { type Exchange, recordedRoute } from './traffic/exchange.js'
import { recordedStreams } from './traffic/recorded-streams.js'

/** A gate's own copy of everything, for one run of one check; `close` ends all of it. */
export interface GateSession extends Gate {
  /** what the app was refused, and what the copy of its folder lacks */
  fence: Fence
  missing(): Promise<string[]>
  /** the replaced functions that its processes have called so far */
  called(): string[]
  /** every route and mounted handler of the app, those that the check is run without too */
  known(): Promise<Route[]>
  /** those of `without` that the check would have been given so far */
  leftOut(): string[]
  close(): Promise<void>
}

export interface SessionOptions {
  project: Project
  templates: Templates
  phase: number
  mutant?: Mutant
  signal: AbortSignal
  /** the differences that the phases up to this one make on purpose; default: none */
  differences?: readonly Difference[]
  traffic(): Promise<Exchange[]>
  /** the routes that the check is run without, as `GET /notes/:id`, because they gave it no answer; default: none */
  without?: ReadonlySet<string>
  /** measures what the session does; default: it is not read */
  watch?: Pick<Stopwatch, 'during'>
}

export async function openSession(options: SessionOptions): Promise<GateSession> {
  const { project, phase, mutant, signal, without = new Set() } = options
  const { during } = options.watch ?? stopwatch()
  const templates: Templates = {
    ...options.templates,
    clone: (at) => during('copies', () => options.templates.clone(at)),
    scratch: () => during('copies', options.templates.scratch),
  }
  const leftOut = new Set<string>()
  const isGiven = (route: string) => !without.has(route) || !leftOut.add(route)
  const isAsked = ({ method, path }: Pick<Route, 'method' | 'path'>) => isGiven(`${method} ${path}`)
  const recording = async () => (await options.traffic()).filter((one) => isGiven(recordedRoute(one)))
  const clone = await templates.clone(phase)
  // All processes of the app on this database share it.
  const redis = await redisFor(project.config)
  const opened = openDatabase(clone)
  const sql: GateDatabase['sql'] = (text, values) => during('statements', () => opened.sql(text, values))
  const database = { ...opened, sql }
  const by = mutant?.by ?? {}
  const edits = by.edit ?? []
  if (by.sql) await database.sql(by.sql)
  const config = by.config ? by.config(project.config) : project.config
  const claimCode = randomBytes(6).toString('hex').toUpperCase()
  const unused = unusedSecret()
  const base = (url = clone.url, dial = phase): Record<string, string> => ({
    ...appEnvironment(config, url, redis?.url),
    ...unused,
    ...tokenStyleOf(config),
    ENVIRONMENT: 'development',
    REGISTRATION: 'open',
    // As in production without a mail server.
    AUTH_OUTBOX: 'false',
    // One needs mail, and one a provider: their checks turn each on.
    AUTH_ENABLE_MAGIC_LINK: 'false',
    AUTH_ENABLE_OAUTH: 'false',
    JWT_SECRET: GATE_SECRET,
    // The app's own file of variables may set these. A check signs tokens itself, and logs in often.
    JWT_KEYS: '',
    JWT_KEYS_FILE: '',
    AUTH_MAX_SESSIONS: '',
    USERTWO_CLAIM_CODE: claimCode,
    ...by.env,
    USERTWO_PHASE: String(dial),
  })
  const calls = openCalls(templates.server.folder)
  const orders = (deterministic: boolean, { replace = [], later = 0 }: AppOptions = {}): Orders => ({
    edits,
    replace: [
      record.open,
      ...anySchema,
      ...(config.auth.proxy ? [proxyAddresses.ofGate] : []),
      ...(by.replace ?? []),
      ...replace,
    ],
    calls: calls.file,
    ...(by.config && { config }),
    ...(deterministic && { epoch: EPOCH + later }),
  })

  const secrets = watchSecrets(config)
  const fence = openFence({ folder: project.folder, config }, templates.server.folder, redis)
  let copied: Promise<Scratch> | undefined
  // All processes of the app in one check share the folder, as they share the database.
  const scratch = () => {
    copied ??= templates.scratch()
    return copied
  }
  const running = new Map<string, Promise<StartedTarget>>()
  let owner: Promise<Member> | undefined
  let people: Promise<People> | undefined
  let browser: Promise<Browser> | undefined

  const meet = (target: Target) => {
    owner ??= meetOwner(target, database, config, claimCode)
    return owner
  }

  const app = (how: AppOptions = {}) => {
    const { env = {}, dial = phase, bare = false, realTime = false } = how
    const replaced = how.replace?.map(mutantId)
    const { instance, later, pool, reaches, jobs } = how
    const key = JSON.stringify([env, dial, bare, realTime, replaced, instance, later, pool, reaches, jobs])
    const known = running.get(key)
    if (known) return known
    if (signal.aborted) return Promise.reject(new Error('the check is over'))
    const { DATABASE_URL: elsewhere, ...others } = env
    const given = {
      ...base(elsewhere || clone.url, dial),
      ...others,
      ...(elsewhere === '' && { DATABASE_URL: '' }),
    }
    const start = async () => {
      const { folder, led } = await scratch()
      const day = await options.traffic().catch(() => [])
      return startTarget({
        // Before there are users every request is the owner's, as their proxy sends it.
        headers: { ...appHeaders(config), ...(dial < 4 && (await ownersHeaders({ database, config }))) },
        command: led(bare ? (config.app.bare ?? config.app.start) : config.app.start),
        cwd: folder,
        env: led(asPrefixed(behindSenders(given), config.prefix)),
        orders: {
          ...orders(!realTime, how),
          ...(pool && { pool }),
          ...(jobs && { jobs }),
          fence: fence.orders(folder, clone.url, reaches),
        },
        isStream: recordedStreams(day),
        health: probeOf(config.app.health, bare || dial === 0),
        signal,
      })
    }
    const started = during('starts', start).then((target) => {
      const asked = waiting(timed(target), ASKED, during)
      return bare || dial < 2 ? asked : secrets.over(asked, given)
    })
    running.set(key, started)
    return started
  }

  const timed = (target: StartedTarget): StartedTarget => ({
    ...target,
    ask: (...asked) => during('requests', () => target.ask(...asked)),
    stop: () => during('ends', target.stop),
  })
  const copies = openCopies(templates, by.sql)
  let empty: Promise<Clone> | undefined
  let itsRedis: ReturnType<typeof redisFor> | undefined
  const rowless = async () => {
    empty ??= copies.at(phase)
    // Not that of the others: a worker would take their jobs, and do them on this database.
    itsRedis ??= redisFor(config)
    const [{ url }, own] = [await empty, await itsRedis]
    await takeOutRows(await empty, config)
    const env = { ...(own && appEnvironment(config, url, own.url)), DATABASE_URL: url }
    return app({ dial: 0, env, reaches: [url, ...(own ? [own.url] : [])] })
  }

  const routes: Gate['routes'] = async (how) => {
    const target = await app(how)
    const reached = isOfApp(config, how?.bare ? 0 : (how?.dial ?? phase))
    const hidden = await target.tell('unreached')
    if (hidden.length === 0) return (await target.tell('routes')).filter(reached)
    // At dial 0 no layer is in front of the hidden routers.
    const open = await app({ ...how, dial: 0 })
    for (const path of hidden) await open.ask('GET', path).catch(() => null)
    return (await open.tell('routes')).filter(reached)
  }
  const mounts: Gate['mounts'] = async (how) => (await app(how)).tell('mounts')

  const close = async () => {
    await Promise.allSettled([...running.values()].map(async (target) => (await target).stop()))
    await Promise.allSettled([browser?.then((open) => open.close())])
    await database.close()
    await clone.drop()
    await copies.drop()
    await (await copied?.catch(() => null))?.remove()
    await redis?.stop()
    await (await itsRedis?.catch(() => null))?.stop()
    fence.remove()
    calls.remove()
  }

  return {
    phase,
    leaked: secrets.leaked,
    folder: project.folder,
    scratch: async () => (await scratch()).folder,
    config,
    edits,
    replace: by.replace ?? [],
    calls: calls.file,
    called: calls.called,
    database,
    signal,
    app,
    run: async (command, env = {}) => {
      const { folder, led } = await scratch()
      const told = { ...orders(false), fence: fence.orders(folder, clone.url) }
      const given = led(asPrefixed({ ...base(), ...env }, config.prefix))
      return runCommand(led(command), folder, given, told, signal)
    },
    rowless,
    unmigrated: copies.unmigrated,
    owner: async (how) => meet(await app(how)),
    people: (how) => {
      people ??= app(how).then(async (target) =>
        meetPeople(target, database, config, phase, await meet(target)),
      )
      return people
    },
    claimCode,
    proving: mutant !== undefined,
    differences: options.differences ?? [],
    traffic: async () => (await recording()).filter(isOfApp(config, phase)),
    recording,
    routes: async (how) => (await routes(how)).filter(isAsked),
    mounts: async (how) => (await mounts(how)).filter((one) => isAsked(asRoute(one))),
    // By a process of its own: the app may have ended, or be busy with the request that it does not answer.
    known: async () => {
      const how = { instance: 'routes' }
      const declared = await routes(how)
      return [...declared, ...mountedHandlers(await mounts(how), declared).map(asRoute)]
    },
    folders: async (how) =>
      (await mounts(how)).flatMap(({ path, folder }) => (folder === null ? [] : [{ at: path, folder }])),
    hasQueryLayer: async () => (await app()).tell('queryLayer'),
    bindingLasts: async () => (await app()).tell('bindingLasts'),
    outside: async () => (await app()).tell('outside'),
    browser: () => {
      browser ??= signal.aborted
        ? Promise.reject(new Error('the check is over'))
        : during('browsers', launchBrowser)
      return browser
    },
    leftOut: () => [...leftOut],
    fence,
    missing: async () => (await copied)?.missing ?? [],
    close: () => during('ends', close),
  }
}
