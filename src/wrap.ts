import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { type ConfigInput, parseConfig } from './config/config.js'
import { refuseDemoLogin } from './config/demo-login.js'
import { parseSettings } from './config/settings.js'
import { ConfigError } from './core/config-error.js'
import { endStart, printWithoutStack } from './core/process/start-errors.js'
import { asInnerApp } from './express/inner-app.js'
import { type RequestClasses, requestClasses } from './express/request-classes.js'
import { goOnward, guardServers } from './express/server-events.js'
import { layered, oneApp } from './layers.js'
import { heldUntil, makeRuntime, type Runtime, startupOf } from './runtime.js'

/** The wrapped app: a request listener like the app it wraps, with a life of its own. */
export interface Wrapped extends RequestListener {
  /**
   * Waits until `ready`, then serves. Port: PORT; host: all interfaces.
   *
   * @param own a server of the app's that was given the wrapped app as its request listener; what else listens to
   *   it, for upgrades (WebSocket) too, does so behind the layers. Default: a new server
   */
  listen(port?: number, host?: string, own?: Server): Promise<Server>
  /** The database has been looked at. @throws when it does not answer, or lacks what the dial needs */
  ready(): Promise<void>
  /** Closes the server and everything the layers opened. */
  dispose(): Promise<void>
}

/**
 * Puts the layers of every phase up to the dial (`USERTWO_PHASE`) in front of an existing Express application.
 *
 * @example
 * scope(db)
 * usertwo(app, config).listen(process.env.PORT)
 * @throws ConfigError with everything that is wrong with the configuration and the environment
 */
export function usertwo(app: RequestListener, input: ConfigInput): Wrapped {
  try {
    const inner = asInnerApp(app)
    const config = parseConfig(input)
    const settings = parseSettings(process.env, config.prefix)
    refuseDemoLogin(config, settings)
    for (const note of settings.notes) console.log(note)
    const runtime = makeRuntime(config, settings)
    const listener = runtime.kit.dial === 0 ? inner : layered(oneApp(inner), runtime)
    return wrap(listener, runtime, requestClasses(inner))
  } catch (error) {
    throw printWithoutStack(error)
  }
}

/** Gives the layered app `ready`, `listen` and `dispose`. */
function wrap(listener: RequestListener, runtime: Runtime, classes: RequestClasses): Wrapped {
  const { config, settings, has } = runtime.kit
  const startup = startupOf(config)

  let server: Server | undefined
  let begun: Promise<void> | undefined
  // An app with its own server never calls `listen`: its start is checked all the same, before it is served.
  const begin = () => {
    begun ??= runtime.ready().catch(endStart)
    return begun
  }
  // Its first request ends the start of the app.
  const first = () => {
    startup.end()
    return begin()
  }
  const wrapped: Wrapped = Object.assign(heldUntil(first, enter), {
    ready: runtime.ready,
    async listen(port = settings.PORT, host?: string, own?: Server) {
      await runtime.ready()
      startup.end()
      server = runtime.prepare(own ?? createServer(wrapped))
      await new Promise<void>((resolve, reject) => {
        server!.once('error', (error) => reject(printWithoutStack(explainListen(error, port))))
        server!.listen(port, host, resolve)
      })
      return server
    },
    async dispose() {
      await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
      await runtime.dispose()
      startup.dispose()
    },
  })
  function enter(req: IncomingMessage, res: ServerResponse): void {
    if (runtime.arrivals.some((refuse) => refuse(req, res))) return
    // An upgrade or CONNECT has been checked, and goes where it would go without usertwo.
    if (!has('isolation') && goOnward(req)) return
    listener(req, res)
  }
  function meets(own: Server): void {
    runtime.endsWith(own)
    own.once('listening', () => runtime.prepare(own))
    void begin()
  }
  // From phase 6 nothing reaches the app past the layers; below, nothing for a name that is not the app's.
  const stop = guardServers(wrapped, { classes, meets })
  runtime.kit.onDispose(async () => stop())
  return wrapped
}

function explainListen(error: Error & { code?: string }, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  return new ConfigError('The server cannot start', [
    `port ${port} is in use by another process; stop that one, or set PORT to another number`,
  ])
}
