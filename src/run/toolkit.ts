import cluster from 'node:cluster'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import type { Knex } from 'knex'
import { type Config, parseConfig } from '../config/config.js'
import { refuseDemoLogin } from '../config/demo-login.js'
import { parseSettings } from '../config/settings.js'
import { closeWhenStopped } from '../core/process/stop.js'
import { isOwnClient, OwnClient } from '../database/connect.js'
import type { InnerApp } from '../express/inner-app.js'
import { isOwnApp } from '../express/own-app.js'
import { goOnward, guardServers, isSwitch, wentThrough } from '../express/server-events.js'
import { type Inside, layered } from '../layers.js'
import { versionOnStack } from '../phases/6-isolation/start/loaded.js'
import { heldUntil, makeRuntime, type Runtime, startupOf } from '../runtime.js'
import { scope, scopeClass, scopeClient, scopePool, scopeQueries } from '../scope.js'
import { handOn } from './children.js'
import { fail, Refusal, say, warn } from './fail.js'

type ClientClass = { prototype: object }

/** Marks the processes that an app starts, in their environment. */
const BEGUN = 'USERTWO_RUN_BEGUN'

/** The layers for a whole process that was not edited for them. */
export interface Toolkit {
  dial: number
  /** whether users' rows are separated at this dial */
  isolates: boolean
  /** hooks the copy of pg that a client class belongs to */
  scopeDriver(Client: ClientClass): void
  scopePool(pool: object): void
  scopeClient(client: Knex.Client): void
  /** puts a server behind the layers; an HTTP/2 server is taken out of service */
  guard(server: Server): void
}

/**
 * Starts the layers, once, before the app's first connection.
 *
 * @param input the export of the configuration file
 * @param apps the Express apps of the process; more may be added later
 * @throws ConfigError with everything that is wrong with the configuration and the environment
 */
export function startToolkit(input: unknown, source: string, apps: Set<InnerApp>): Toolkit {
  const config = parseConfig(input, source)
  const settings = parseSettings(process.env, config.prefix)
  refuseDemoLogin(config, settings)
  const dial = settings.USERTWO_PHASE
  if (dial > 0) handOn(`${config.prefix ?? ''}USERTWO_PHASE`, (own) => own ?? String(dial))
  for (const note of settings.notes) console.log(note)
  const runtime = makeRuntime(config, settings)
  const ready = runtime.ready().catch(fail)
  const left = new WeakSet<Server>()
  const startup = startupHere(config)
  const isolates = runtime.kit.has('isolation')
  guardServers(requests(runtime, apps, ready, startup.end), { leaves: (server) => left.has(server) })
  const known = new WeakSet<object>()
  // At dial 0 an unhooked connection only shows added columns.
  const refuse = dial > 0 ? fail : warn

  return {
    dial,
    isolates,
    scopeDriver(Client) {
      if (known.has(Client) || isOwn(Client)) return
      known.add(Client)
      try {
        scopeCaught(Client)
      } catch (error) {
        refuse(error)
      }
    },
    scopePool(pool) {
      // The clients of a bundle could not be distinguished later, when it is too late to end the process properly.
      if (!versionOnStack('pg-pool') && !versionOnStack('pg')) refuse(bundled())
      scopePool(pool)
    },
    scopeClient(client) {
      try {
        if (/^(?:pg|postgres)/.test(client.dialect)) scopeKnex(client)
        if (!isOwnClient(client)) closeWhenStopped(client)
      } catch (error) {
        refuse(error)
      }
    },
    guard(server) {
      const isSecond = 'updateSettings' in server
      if (isSecond && dial > 0) refuseRequests(server)
      const listening = () => {
        startup.end()
        if (isSecond) return
        // The first pool of the app began the layers; a driver may have been loaded after it.
        if (isolates) ready.then(refuseLoadedSince).catch(fail)
        runtime.prepare(server)
        runtime.endsWith(server)
        const { port } = server.address() as Partial<AddressInfo>
        if (port && config.app.managementPorts?.includes(port)) left.add(server)
      }
      if (server.listening) listening()
      else server.once('listening', listening)
    },
  }
}

/** What never listens, as a bot or a worker of a queue, must name its users after that. ms */
const LONGEST_START = 300_000

/**
 * A thread or process of the app never acts as its start: it may not listen, and would be the system for ever. The primary
 * of a cluster serves by its workers, and never listens itself.
 */
function startupHere(config: Config): ReturnType<typeof startupOf> {
  const isBeside = !isMainThread || (process.env[BEGUN] !== undefined && !cluster.isWorker)
  const startup = startupOf(isBeside ? { ...config, startup: undefined } : config)
  handOn(BEGUN, () => 'yes')
  cluster.once('listening', startup.end)
  setTimeout(startup.end, LONGEST_START).unref()
  return startup
}

async function refuseLoadedSince(): Promise<void> {
  await (await import('../phases/6-isolation/drivers/refuse-unhooked.js')).refuseUnhooked()
}

/** Called during construction: if the module of the class cannot be found, the call stack leads to it. */
function scopeCaught(Client: ClientClass): void {
  try {
    scope(Client)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const version = versionOnStack('pg')
    if (!version) throw bundled()
    scopeClass(Client, version)
  }
}

/** If the module of its pg cannot be found, its clients are caught when they are constructed. */
function scopeKnex(client: Knex.Client): void {
  try {
    scopeClient(client)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    scopeQueries(client)
  }
}

/** Whether a class is usertwo's own, or derived from it. */
function isOwn({ prototype }: ClientClass): boolean {
  return prototype instanceof OwnClient || prototype === OwnClient.prototype
}

/** Handles the requests of every server before its own listeners; requests wait until the layers are ready. */
function requests(runtime: Runtime, apps: Set<InnerApp>, ready: Promise<void>, begin: () => void) {
  const { kit, arrivals } = runtime
  const inside: Inside = {
    apps() {
      for (const app of apps) if (isOwnApp(app)) apps.delete(app)
      return apps
    },
    call: goOnward,
    leave: (req) => isSwitch(req) && goOnward(req),
  }
  const layers = kit.dial === 0 ? inside.call : layered(inside, runtime)
  function enter(req: IncomingMessage, res: ServerResponse): void {
    begin()
    // The app has emitted it again.
    if (wentThrough(req)) return void goOnward(req)
    if (arrivals.some((refuse) => refuse(req, res))) return
    if (!kit.has('isolation') && isSwitch(req) && goOnward(req)) return
    layers(req, res)
  }
  return heldUntil(() => ready, enter)
}

interface Answering {
  respond?(headers: object, how: object): void
  writeHead?(status: number): { end(): void }
  end?(text: string): void
}

/** HTTP/2 requests differ from those the layers support; with `allowHTTP1` the server takes those of HTTP/1 too. */
function refuseRequests(server: Server): void {
  const { emit } = server as unknown as { emit(event: string, ...given: unknown[]): boolean }
  let said = false
  const refusing = (event: string, ...given: unknown[]) => {
    const refuse = REFUSALS[event]
    if (!refuse) return emit.call(server, event, ...given)
    if (!said)
      say('a server of HTTP/2 answers 505, since its requests cannot be kept apart: let a proxy speak HTTP/2')
    said = true
    refuse(...(given as [Answering, Answering]))
    return true
  }
  Object.assign(server, { emit: refusing })
}

type Refuse = (first: Answering, second: Answering) => void
const onResponse: Refuse = (_req, res) => res.writeHead?.(505).end()
const onSocket: Refuse = (_req, socket) =>
  socket.end?.('HTTP/1.1 505 HTTP Version Not Supported\r\nConnection: close\r\n\r\n')
/** Each event that carries a request. CONNECT comes with a socket by HTTP/1, with a response by HTTP/2. */
const REFUSALS: Partial<Record<string, Refuse>> = {
  stream: (stream) => stream.respond?.({ ':status': 505 }, { endStream: true }),
  request: onResponse,
  checkContinue: onResponse,
  checkExpectation: onResponse,
  upgrade: onSocket,
  connect: (req, given) => (given.writeHead ? onResponse : onSocket)(req, given),
}

function bundled(): Refusal {
  return new Refusal(
    'the app’s copy of pg is part of a bundle, where its version is not known: leave it out of the bundle (esbuild: --external:pg)',
  )
}
