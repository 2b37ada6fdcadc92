import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { RUN } from '../core/process/own-thread.js'
import { configFile } from './config-file.js'

/** Its options, for `parseArgs`. */
export const RUN_OPTIONS = { config: { type: 'string' } } as const
const PRELOAD = fileURLToPath(new URL('./preload.js', import.meta.url))
/** Bun has options of its own, in which a path is not quoted; one with a space it does not find, and ends. */
const BUN_PRELOAD = fileURLToPath(new URL('./bun.js', import.meta.url))

/** What the preload is told. */
export interface RunOrder {
  config: string
}

/**
 * The environment of a command under the layers: every Node process of it loads the preload before any other.
 *
 * @param config the configuration, or its folder
 * @throws ConfigError when there is none
 */
export function underLayers<Env extends Record<string, string | undefined>>(env: Env, config?: string): Env {
  // Never --import: with it Node takes the main file through the ESM loader, and `-r ts-node/register` fails.
  const option = `--require ${JSON.stringify(PRELOAD)}`
  const order: RunOrder = { config: configFile(config) }
  return {
    ...env,
    NODE_OPTIONS: [option, env.NODE_OPTIONS].filter(Boolean).join(' '),
    BUN_OPTIONS: [`--preload=${BUN_PRELOAD}`, env.BUN_OPTIONS].filter(Boolean).join(' '),
    [RUN]: JSON.stringify(order),
  }
}

/** A command, and the environment it is given. */
export interface Started {
  command: string[]
  env: Record<string, string>
}

/**
 * What `usertwo run … -- COMMAND` starts, for whoever starts it without that process in between: COMMAND under the
 * layers. Any other command is as it was.
 *
 * @param cwd where it is started, and its configuration is looked for
 * @throws ConfigError when there is none
 */
export function withoutRun(given: readonly string[], env: Record<string, string>, cwd: string): Started {
  const asked = askedOfRun(given)
  if (!asked) return { command: [...given], env }
  const { values } = parseArgs({ args: asked.options, options: RUN_OPTIONS })
  return { command: asked.command, env: underLayers(env, resolve(cwd, values.config ?? '.')) }
}

/** Whether a command goes by `usertwo run`, which at dial 0 loads nothing. */
export const goesByRun = (command: readonly string[]): boolean => askedOfRun(command) !== null

function askedOfRun(given: readonly string[]): ReturnType<typeof splitRun> {
  const [program, name, ...args] = given[0] === 'npx' ? given.slice(1) : given
  return program === 'usertwo' && name === 'run' ? splitRun(args) : null
}

/** What stands behind `--`, and the options before it; null: there is no `--`, or nothing behind it. */
export function splitRun(args: readonly string[]): { options: string[]; command: string[] } | null {
  const at = args.indexOf('--')
  const command = args.slice(at + 1)
  return at === -1 || command.length === 0 ? null : { options: args.slice(0, at), command }
}
