import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { RUN } from '../core/process/own-thread.js'
import { configFile } from './config-file.js'

/** Its options, for `parseArgs`. */
export const RUN_OPTIONS = { config: { type: 'string' } } as const
const PRELOAD = fileURLToPath(new URL('./preload.js', import.meta.url))
/** Bun has its own options, in which a path is not quoted; it does not find one with a space, and ends. */
const BUN_PRELOAD = fileURLToPath(new URL('./bun.js', import.meta.url))

/** The instructions to the preload. */
export interface RunOrder {
  config: string
}

/**
 * Returns the environment that puts a command under the layers: every Node process of it loads the preload
 * before anything else.
 *
 * @param config the configuration, or its folder
 * @throws ConfigError if there is no configuration
 */
export function underLayers<Env extends Record<string, string | undefined>>(env: Env, config?: string): Env {
  // Never --import: with it Node loads the main file with the ESM loader, and `-r ts-node/register` fails.
  const option = `--require ${JSON.stringify(PRELOAD)}`
  const order: RunOrder = { config: configFile(config) }
  return {
    ...env,
    NODE_OPTIONS: [option, env.NODE_OPTIONS].filter(Boolean).join(' '),
    BUN_OPTIONS: [`--preload=${BUN_PRELOAD}`, env.BUN_OPTIONS].filter(Boolean).join(' '),
    [RUN]: JSON.stringify(order),
  }
}

/** A command and its environment. */
export interface Started {
  command: string[]
  env: Record<string, string>
}

/**
 * Returns what `usertwo run … -- COMMAND` starts, for callers that start it without that process in between:
 * COMMAND under the layers. Any other command is returned unchanged.
 *
 * @param cwd where it is started, and its configuration is looked for
 * @throws ConfigError if there is no configuration
 */
export function withoutRun(given: readonly string[], env: Record<string, string>, cwd: string): Started {
  const asked = askedOfRun(given)
  if (!asked) return { command: [...given], env }
  const { values } = parseArgs({ args: asked.options, options: RUN_OPTIONS })
  return { command: asked.command, env: underLayers(env, resolve(cwd, values.config ?? '.')) }
}

/** Whether a command uses `usertwo run`, which at dial 0 loads nothing. */
export const goesByRun = (command: readonly string[]): boolean => askedOfRun(command) !== null

function askedOfRun(given: readonly string[]): ReturnType<typeof splitRun> {
  const [program, name, ...args] = given[0] === 'npx' ? given.slice(1) : given
  return program === 'usertwo' && name === 'run' ? splitRun(args) : null
}

/** Splits the arguments at `--` into options and command; null if `--` is missing or last. */
export function splitRun(args: readonly string[]): { options: string[]; command: string[] } | null {
  const at = args.indexOf('--')
  const command = args.slice(at + 1)
  return at === -1 || command.length === 0 ? null : { options: args.slice(0, at), command }
}
