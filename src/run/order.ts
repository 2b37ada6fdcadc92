import { fileURLToPath } from 'node:url'
import { configFile } from './config-file.js'

/** Says in the environment that a process runs under the layers, and where its configuration lies. */
export const RUN = 'USERTWO_RUN'
const PRELOAD = fileURLToPath(new URL('./preload.js', import.meta.url))

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
    [RUN]: JSON.stringify(order),
  }
}

/** What stands behind `--`, and the options before it; null: there is no `--`, or nothing behind it. */
export function splitRun(args: readonly string[]): { options: string[]; command: string[] } | null {
  const at = args.indexOf('--')
  const command = args.slice(at + 1)
  return at === -1 || command.length === 0 ? null : { options: args.slice(0, at), command }
}
