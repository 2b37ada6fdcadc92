import childProcess, { ChildProcess } from 'node:child_process'
import threads from 'node:worker_threads'
import { FENCE } from './orders.js'

type Environment = Record<string, string | undefined>
type Call = (this: unknown, ...args: unknown[]) => unknown

/** How this process itself came to have the preload. */
const NODE_OPTIONS = process.env.NODE_OPTIONS ?? ''

/** Hands the fence on to children and threads, whatever environment the app gives them. */
export function handOn(orders: string): void {
  const complete = (env: Environment): Environment => ({
    ...env,
    [FENCE]: orders,
    NODE_OPTIONS: options(env),
  })
  const prototype = ChildProcess.prototype as unknown as {
    spawn(this: unknown, how: { envPairs?: string[] }): unknown
  }
  const { spawn } = prototype
  prototype.spawn = function fenced(how) {
    const env = Object.fromEntries((how.envPairs ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)))
    const envPairs = Object.entries(complete(env)).map(([name, value]) => `${name}=${value}`)
    return Reflect.apply(spawn, this, [{ ...how, envPairs }])
  }
  const functions = childProcess as unknown as Record<string, Call>
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
    const call = functions[name]!
    functions[name] = function fenced(...args) {
      const at = name !== 'execSync' && (args[1] == null || Array.isArray(args[1])) ? 2 : 1
      const how = (args[at] ?? {}) as { env?: Environment }
      const given = args.slice(0, at)
      return Reflect.apply(call, this, [
        ...given,
        ...Array(at - given.length).fill(undefined),
        { ...how, env: complete(how.env ?? process.env) },
      ])
    }
  }
  threads.setEnvironmentData(FENCE, orders)
  threads.Worker = new Proxy(threads.Worker, {
    construct(Worker, [file, how, ...more], made) {
      const own = how && typeof how.env === 'object' && how.env !== null
      const fenced = own ? { ...how, env: { ...how.env, NODE_OPTIONS: options(how.env) } } : how
      return Reflect.construct(Worker, [file, fenced, ...more], made)
    },
  })
}

/** Ours first: what is loaded before it could have opened a connection. */
function options({ NODE_OPTIONS: own = '' }: Environment): string {
  return own.includes(NODE_OPTIONS) ? own : `${NODE_OPTIONS} ${own}`.trim()
}
