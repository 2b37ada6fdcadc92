import childProcess, { ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import workers from 'node:worker_threads'
import { patch } from '../core/process/patch.js'
import { shared } from '../core/process/store.js'
import { fail, Refusal } from './fail.js'
import { replacesOptions } from './shell-options.js'

type Environment = Record<string, string | undefined>
type Call = (this: unknown, ...args: unknown[]) => unknown
type Value = (own: string | undefined) => string | undefined

/** How this process itself got the preload. */
const NODE_OPTIONS = process.env.NODE_OPTIONS ?? ''
const WHY = 'a process or thread that is given an environment of its own has the preload as well'

/** name of a variable → its value in child processes to which the app gives another value, or none */
const { handed } = shared('handed on', () => ({ handed: new Map<string, Value>() }))

/**
 * Hands a variable on to each process this one starts, with the preload, whatever environment the app gives
 * it.
 * @param value made of what the app gives it under this name; undefined: it is not set
 */
export function handOn(name: string, value: Value): () => void {
  handed.set(name, value)
  return reachChildren()
}

/** Options for Node, with usertwo's first: a module loaded before the preload could have opened a connection. */
function withPreload(own = ''): string {
  return own.includes(NODE_OPTIONS) ? own : `${NODE_OPTIONS} ${own}`.trim()
}

function complete(env: Environment): Environment {
  const ours = [...handed].flatMap(([name, value]) => {
    const now = value(env[name])
    return now === undefined ? [] : [[name, now] as const]
  })
  return { ...env, NODE_OPTIONS: withPreload(env.NODE_OPTIONS), ...Object.fromEntries(ours) }
}

function reachChildren(): () => void {
  const prototype = ChildProcess.prototype as unknown as { spawn: Call }
  const functions = childProcess as unknown as Record<string, Call>
  const undo = [
    patch(prototype, 'spawn', spawning, { of: 'ChildProcess.prototype.spawn', why: WHY }),
    ...['spawnSync', 'execFileSync', 'execSync'].map((name) =>
      patch(functions, name, (call) => atOnce(name, call), { of: `child_process.${name}`, why: WHY }),
    ),
    patch(workers, 'Worker', reachedWorker, { of: 'worker_threads.Worker env', why: WHY }),
  ]
  // For `import { spawnSync } from 'node:child_process'`.
  syncBuiltinESMExports()
  return () => {
    for (const step of undo) step()
    syncBuiltinESMExports()
  }
}

function assertKept(command: readonly string[], isText = false): void {
  const problem = replacesOptions(command, process.env, isText)
  if (problem) fail(new Refusal(problem))
}

function spawning(spawn: Call): Call {
  return function reached(given) {
    const how = given as { envPairs?: string[]; args?: string[] }
    assertKept(how.args ?? [])
    const env = Object.fromEntries((how.envPairs ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)))
    const envPairs = Object.entries(complete(env)).map(([name, value]) => `${name}=${value}`)
    return Reflect.apply(spawn, this, [{ ...how, envPairs }])
  }
}

function atOnce(name: string, call: Call): Call {
  return function reached(...args) {
    const at = name !== 'execSync' && (args[1] == null || Array.isArray(args[1])) ? 2 : 1
    const how = (args[at] ?? {}) as { env?: Environment; shell?: unknown }
    const isText = name === 'execSync' || Boolean(how.shell)
    assertKept([String(args[0]), ...(at === 2 && Array.isArray(args[1]) ? args[1].map(String) : [])], isText)
    const given = args.slice(0, at)
    return Reflect.apply(call, this, [
      ...given,
      ...Array(at - given.length).fill(undefined),
      { ...how, env: complete(how.env ?? process.env) },
    ])
  }
}

/**
 * A thread reads NODE_OPTIONS and the order from the environment it is given. With this process's own environment it already
 * has them, unless the app has removed them there since.
 */
function reachedWorker(Worker: typeof workers.Worker): typeof workers.Worker {
  return class extends Worker {
    constructor(file: string | URL, options: workers.WorkerOptions = {}) {
      const { env = process.env } = options
      const whole = complete(typeof env === 'object' ? (env as Environment) : process.env)
      const isWhole = ['NODE_OPTIONS', ...handed.keys()].every((name) => process.env[name] === whole[name])
      // A shared environment is this process's own one, in both directions.
      if (typeof env === 'symbol' && !isWhole)
        for (const [name, value] of Object.entries(whole)) process.env[name] = value
      const isOwn = typeof env === 'object' && (env !== process.env || !isWhole)
      super(file, isOwn ? { ...options, env: whole as NodeJS.ProcessEnv } : options)
    }
  }
}
