import Module, { createRequire } from 'node:module'
import { basename } from 'node:path'
import { ConfigError } from '../core/config-error.js'
import type { InnerApp } from '../express/inner-app.js'
import { defaultOf } from './config-file.js'
import { fail, Refusal } from './fail.js'
import type { RunOrder } from './order.js'
import type { Toolkit } from './toolkit.js'

const require = createRequire(import.meta.url)
type Extensions = Record<string, unknown>
const extensions = (Module as unknown as { _extensions: Extensions })._extensions
/** Saved before tsx, ts-node and babel replace it. */
const { '.js': asWritten } = extensions

/** usertwo as the preload knows it. */
export interface Layers {
  /** the Express apps of this process */
  apps: Set<InnerApp>
  /** loads it on first use; null: the dial is not set yet, or usertwo itself is starting */
  toolkit(): Toolkit | null
  /** the same, once the app serves or connects: a dial that is still not set counts as 0 */
  settled(): Toolkit | null
  /** whether it is absent because the dial is not set; what usertwo makes while it starts is not the app's */
  isUnsaid(): boolean
}

/** Loads usertwo on first use. */
export function loading({ config }: RunOrder): Layers {
  const apps = new Set<InnerApp>()
  let made: Toolkit | null = null
  let said = ''
  let isStarting = false

  function start(): Toolkit | null {
    if (isStarting) return null
    isStarting = true
    try {
      said = dialSaid()
      const { startToolkit } = plainly(() => require('./toolkit.js') as typeof import('./toolkit.js'))
      made = startToolkit(read(config), basename(config), apps)
    } catch (error) {
      fail(error)
    } finally {
      isStarting = false
    }
    return made
  }
  function settled(): Toolkit | null {
    if (made?.dial === 0 && dialSaid() !== said)
      fail(
        new Refusal(
          `USERTWO_PHASE was ${said || 'not set'} when the layers began, and is ${dialSaid()} now: set it before the app connects or listens, in the environment or by node --env-file`,
        ),
      )
    return made ?? start()
  }
  return {
    apps,
    settled,
    isUnsaid: () => !made && !isStarting,
    // The app may read a .env file after it makes its first pool.
    toolkit: () => (made || dialSaid() ? settled() : null),
  }
}

/** Accepts any prefix: the configuration that names it has not been read yet. */
function dialSaid(): string {
  const said = Object.entries(process.env).flatMap(([name, value]) =>
    name.endsWith('USERTWO_PHASE') ? [value?.trim() ?? ''] : [],
  )
  return said.join()
}

/** TypeScript loaders would compile usertwo as well. */
function plainly<Loaded>(load: () => Loaded): Loaded {
  const theirs = extensions['.js']
  extensions['.js'] = asWritten
  try {
    return load()
  } finally {
    extensions['.js'] = theirs
  }
}

function read(file: string): unknown {
  try {
    const loaded = createRequire(file)(file) as { default?: unknown; __esModule?: boolean }
    return loaded.default === undefined ? loaded : defaultOf(loaded)
  } catch (error) {
    throw new ConfigError(basename(file), [`cannot be loaded: ${howToMend(file, error)}`])
  }
}

function howToMend(file: string, error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  if (code === 'ERR_REQUIRE_ASYNC_MODULE') return 'it waits at its top level; give plain values there'
  if (file.endsWith('.ts') && error instanceof SyntaxError)
    return `Node ${process.versions.node} does not read TypeScript; name it usertwo.config.mjs, start the app by tsx, or use Node 22.18 or later`
  return message
}
