import Module, { createRequire } from 'node:module'
import { basename } from 'node:path'
import { ConfigError } from '../core/config-error.js'
import type { InnerApp } from '../express/inner-app.js'
import { defaultOf } from './config-file.js'
import { fail } from './fail.js'
import type { RunOrder } from './order.js'
import type { Toolkit } from './toolkit.js'

const require = createRequire(import.meta.url)
type Extensions = Record<string, unknown>
const extensions = (Module as unknown as { _extensions: Extensions })._extensions
/** Before tsx, ts-node and babel have put theirs in its place. */
const { '.js': asWritten } = extensions

/** The toolkit as the preload knows it. */
export interface Layers {
  /** the Express apps of this process */
  apps: Set<InnerApp>
  /** loads it the first time; null: the dial is at 0, or it is itself about to start */
  toolkit(): Toolkit | null
}

/** Loads the toolkit when it is first asked for, and not at all where the environment says dial 0. */
export function loading({ config }: RunOrder): Layers {
  const apps = new Set<InnerApp>()
  let made: Toolkit | null = null
  let tried: string | undefined
  let isStarting = false

  function start(): Toolkit | null {
    const dial = dialSaid()
    // The app may read a .env file later than it makes its first client.
    if (dial === '0' || dial === tried || isStarting) return null
    isStarting = true
    try {
      const { startToolkit } = plainly(() => require('./toolkit.js') as typeof import('./toolkit.js'))
      made = startToolkit(read(config), basename(config), apps)
      tried = dial
    } catch (error) {
      fail(error)
    } finally {
      isStarting = false
    }
    return made
  }
  return { apps, toolkit: () => made ?? start() }
}

/** Whatever prefix the variable has: the configuration that names it has not been read yet. */
function dialSaid(): string {
  const said = Object.entries(process.env).flatMap(([name, value]) =>
    name.endsWith('USERTWO_PHASE') ? [value?.trim() ?? ''] : [],
  )
  return said.every((one) => one === '0') && said.length > 0 ? '0' : said.join()
}

/** Compilers of TypeScript would compile the toolkit as well. */
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
