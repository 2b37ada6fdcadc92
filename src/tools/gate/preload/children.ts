import childProcess, { ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

type Environment = Record<string, string | undefined>
type Call = (this: unknown, ...args: unknown[]) => unknown

/** How this process itself came to have the preload. */
const NODE_OPTIONS = process.env.NODE_OPTIONS ?? ''

/** name of a variable → its value in a process that the app gives another, or none */
const handed = new Map<string, (own: string | undefined) => string>()

/**
 * Hands a variable on to each process this one starts, with the preload, whatever environment the app gives
 * it.
 * @param value made of what the app gives it under this name
 */
export function handOn(name: string, value: (own: string | undefined) => string): void {
  if (handed.size === 0) reachChildren()
  handed.set(name, value)
}

/** Options for Node with ours first: what is loaded before the preload could have opened a connection. */
export function withPreload(own = ''): string {
  return own.includes(NODE_OPTIONS) ? own : `${NODE_OPTIONS} ${own}`.trim()
}

function complete(env: Environment): Environment {
  const ours = [...handed].map(([name, value]) => [name, value(env[name])])
  return { ...env, NODE_OPTIONS: withPreload(env.NODE_OPTIONS), ...Object.fromEntries(ours) }
}

function reachChildren(): void {
  const prototype = ChildProcess.prototype as unknown as {
    spawn(this: unknown, how: { envPairs?: string[] }): unknown
  }
  const { spawn } = prototype
  prototype.spawn = function reached(how) {
    const env = Object.fromEntries((how.envPairs ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)))
    const envPairs = Object.entries(complete(env)).map(([name, value]) => `${name}=${value}`)
    return Reflect.apply(spawn, this, [{ ...how, envPairs }])
  }
  const functions = childProcess as unknown as Record<string, Call>
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
    const call = functions[name]!
    functions[name] = function reached(...args) {
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
  // For `import { spawnSync } from 'node:child_process'`.
  syncBuiltinESMExports()
}
