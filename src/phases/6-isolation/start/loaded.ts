import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { types } from 'node:util'

const { cache } = createRequire(import.meta.url)

interface LoadedModule<T> {
  exports: T
  version: string
  filename: string
}

/** A module that this process has required. */
interface CachedModule {
  file: string
  /** the files of the modules that it required first */
  children: string[]
  /** the module as Node keeps it */
  entry: unknown
}

/**
 * Lists the modules that this process has required, and the JSON files it has imported, which Node keeps without a file
 * name or children. Runs none of their code: what a module exports may be a proxy that throws, or have getters.
 */
export function cachedModules(): CachedModule[] {
  return Object.entries(cache).flatMap(([key, entry]) => {
    if (!entry) return []
    const children = valueIn(entry, 'children')
    return {
      file: fileOf(entry) ?? key,
      children: Array.isArray(children) ? children.flatMap((child) => fileOf(child) ?? []) : [],
      entry,
    }
  })
}

/** Reads a property without running code: of a proxy and of a getter, nothing. */
export function valueIn(of: unknown, name: string): unknown {
  if (types.isProxy(of) || (typeof of !== 'object' && typeof of !== 'function') || of === null)
    return undefined
  try {
    return Object.getOwnPropertyDescriptor(of, name)?.value
  } catch {
    return undefined // the namespace of a module that is not evaluated yet
  }
}

function fileOf(entry: unknown): string | null {
  const file = valueIn(entry, 'filename')
  return typeof file === 'string' ? file : null
}

/**
 * The modules of a package that this process has loaded, each with the version in that copy's own package.json. The
 * app may have several copies, or one under another name: the file counts, not what a name resolves to. Only what the
 * package itself exports is read; a module that throws is not the wanted one.
 */
export function* loadedModules<T>(
  packageName: string,
  wanted: (exports: unknown) => exports is T,
): Generator<LoadedModule<T>> {
  for (const { file: filename, entry } of cachedModules()) {
    const version = versionOf(packageName, filename)
    if (!version) continue
    const exports = valueIn(entry, 'exports')
    if (exports && isWanted(wanted, exports)) yield { exports: exports as T, version, filename }
  }
}

/** Whether a package exports what is wanted; if reading it throws, it does not. */
export function isWanted(wanted: (exports: unknown) => boolean, exports: unknown): boolean {
  try {
    return wanted(exports)
  } catch {
    return false
  }
}

/** The first of them. */
export function loadedModule<T>(
  packageName: string,
  wanted: (exports: unknown) => exports is T,
): LoadedModule<T> | null {
  return loadedModules(packageName, wanted).next().value ?? null
}

/** The version of a package that a file belongs to; null if it belongs to another package, or to none. */
export function versionOf(packageName: string, file: string): string | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const found = packageAt(folder)
    if (found?.version) return found.name === packageName ? found.version : null
  }
  return null
}

/** The package in node_modules that a file belongs to; null if it is the app's own. */
export function packageOf(file: string): string | null {
  return (
    /^(?:.*[\\/])?node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]?.replaceAll('\\', '/') ?? null
  )
}

interface Manifest {
  name?: string
  version?: string
}

/** Kept, because every module and every new connection asks. */
const manifests = new Map<string, Manifest | null>()

function packageAt(folder: string): Manifest | null {
  if (!manifests.has(folder)) manifests.set(folder, readManifest(folder))
  return manifests.get(folder)!
}

function readManifest(folder: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return null // none here: it is further up
  }
}

/** Deeper than the constructors of any library on top of the app's call. */
const FRAMES = 50

/** The version of a package on the call stack, by the files of its frames. */
export function versionOnStack(packageName: string): string | null {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  for (const [, file] of stack.matchAll(/\(?(?:file:\/\/)?(\/[^()\n]+?):\d+:\d+\)?$/gm)) {
    const version = versionOf(packageName, file!)
    if (version) return version
  }
  return null
}
