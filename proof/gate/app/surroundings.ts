import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../../../src/config/config.js'
import { temporaryFolder } from '../../at-exit.js'
import { authorityFile } from '../../postgres/embedded/certificate.js'
import parseConfig from '../mutants/parse-config.js'
import { FENCE } from '../preload/fence/orders.js'
import { ORDERS, type Orders, type Told } from '../preload/orders.js'
import { editedCopies } from './edited-copies.js'
import { linked } from './linked-copies.js'

const PRELOAD = fileURLToPath(new URL('../preload/register.js', import.meta.url))
/**
 * The variables that a child may inherit: enough to run, but nothing of this machine's configuration or
 * secrets.
 */
export const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'SystemRoot']

/** The environment of a process of the app, and the files it needs until it has ended. */
export interface Surroundings {
  env: Record<string, string>
  release(): void
}

/**
 * Builds the environment from the few inherited variables, the gate's preload, and `env`.
 *
 * @param line the channel for the gate's questions
 * @param links true: try to find usertwo by links; false: use the loader
 * @throws if an edit does not fit
 */
export function surroundings(
  cwd: string,
  env: Record<string, string>,
  { edits, replace: given = [], config, fence, ...orders }: Orders,
  line?: string,
  links = false,
): Surroundings {
  const replace = config ? [...given, parseConfig.given] : given
  const { redirects, release } = editedCopies(cwd, edits, replace)
  const { packages, loader, release: unlinked } = linked(cwd, redirects.packages, links)
  const laid = config && layReady(config)
  const told: Told = {
    ...orders,
    redirects: {
      packages,
      files: redirects.files,
      loader: loader || Object.keys(redirects.files).length > 0,
    },
    edited: edits.length + replace.length > 0,
    ...(line && { line }),
    ...(laid && { config: laid.file }),
  }
  const inherited = Object.fromEntries(
    INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )
  const preload = { NODE_OPTIONS: `--require ${JSON.stringify(PRELOAD)}`, [ORDERS]: JSON.stringify(told) }
  const fenced: Record<string, string> = fence ? { [FENCE]: JSON.stringify(fence) } : {}
  return {
    // Behind no proxy, a gate has no use for an app that serves on after SIGTERM.
    env: {
      ...inherited,
      USERTWO_STOP_DELAY: '0',
      // The throw-away server's, so that an app that verifies certificates connects as it does elsewhere.
      NODE_EXTRA_CA_CERTS: authorityFile(),
      ...preload,
      ...fenced,
      ...env,
    },
    release() {
      unlinked()
      release()
      laid?.remove()
    },
  }
}

/**
 * Writes the configuration to a file: for an app with many tables it is too long for an environment variable.
 */
function layReady(config: Config): { file: string; remove(): void } {
  const { path, remove } = temporaryFolder('usertwo-given-')
  const file = join(path, 'config.json')
  writeFileSync(file, JSON.stringify(config))
  return { file, remove }
}
