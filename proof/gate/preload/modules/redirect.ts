import fs from 'node:fs'
import Module, { register, syncBuiltinESMExports } from 'node:module'
import { pathToFileURL } from 'node:url'

/** Files that are loaded from another place than their own. */
export interface Redirects {
  /** folders of packages; each of their files is loaded from a copy instead */
  packages: { from: string; to: string }[]
  /** path → the file with the source to read instead; the module keeps its name, and so its neighbours */
  files: Record<string, string>
  /** links do not already lead imports to the copies */
  loader: boolean
}

type Resolve = (this: unknown, request: string, ...more: unknown[]) => string
type Compile = (this: unknown, source: string, path: string, ...more: unknown[]) => unknown

/**
 * Leads names to the gate's copies, for `require` and for `import`. TypeScript loaders run after this and
 * resolve what they find here.
 */
export function redirect({ packages, files, loader }: Redirects): void {
  if (packages.length === 0 && Object.keys(files).length === 0) return
  const module = Module as unknown as { _resolveFilename: Resolve; prototype: { _compile: Compile } }
  const resolve = module._resolveFilename
  module._resolveFilename = function redirected(...args) {
    const found = Reflect.apply(resolve, this, args)
    const there = packages.find(({ from }) => found.startsWith(`${from}/dist/`))
    return there ? there.to + found.slice(there.from.length) : found
  }
  // `import` reads its files in a thread of its own, or not by this function at all: the loader handles
  // those.
  const read = fs.readFileSync
  const readHere = (path: unknown, ...how: unknown[]) =>
    Reflect.apply(read, fs, [(typeof path === 'string' && files[path]) || path, ...how])
  fs.readFileSync = readHere as typeof read
  syncBuiltinESMExports()
  // Node itself has read imported CommonJS; what a TypeScript loader passes on was read above.
  const compile = module.prototype._compile
  module.prototype._compile = function edited(source, path, ...more) {
    const copy = files[path]
    const text = copy && source === read(path, 'utf8') ? read(copy, 'utf8') : source
    return Reflect.apply(compile, this, [text, path, ...more])
  }
  if (!loader) return
  const url = (path: string) => pathToFileURL(path).href
  const data: Redirects = {
    packages: packages.map(({ from, to }) => ({ from: url(from), to: url(to) })),
    files: Object.fromEntries(Object.entries(files).map(([path, copy]) => [url(path), copy])),
    loader,
  }
  const { registerHooks } = Module as { registerHooks?: (hooks: RedirectHooks) => void }
  // Node 22.15 and later. The thread of `register` loads this preload too, and 22.23 cannot.
  if (registerHooks) registerHooks(redirectHooks(data))
  else register('./redirect-loader.js', { parentURL: import.meta.url, data })
}

interface Found {
  url: string
}
interface Loaded {
  source?: unknown
}

/** Hooks of `module.registerHooks`, which the types of Node 20 lack. */
interface RedirectHooks {
  resolve<C>(specifier: string, context: C, next: (specifier: string, context: C) => Found): Found
  load<C>(url: string, context: C, next: (url: string, context: C) => Loaded): Loaded
}

/** @param redirects with URLs for paths */
function redirectHooks(redirects: Redirects): RedirectHooks {
  return {
    resolve: (specifier, context, next) => leadOn(redirects, next(specifier, context)),
    load(url, context, next) {
      const loaded = next(url, context)
      const copy = copyOf(redirects, url)
      return copy && loaded.source != null ? { ...loaded, source: fs.readFileSync(copy) } : loaded
    },
  }
}

/** Returns what was found, or the same file in the gate's copy. */
export function leadOn<F extends Found>({ packages }: Redirects, found: F): F {
  const there = packages.find(({ from }) => found.url.startsWith(`${from}/dist/`))
  return there ? { ...found, url: there.to + found.url.slice(there.from.length) } : found
}

/** Returns the file to read instead of a module; undefined: none. */
export const copyOf = ({ files }: Redirects, url: string): string | undefined => files[url.split('?', 1)[0]!]
