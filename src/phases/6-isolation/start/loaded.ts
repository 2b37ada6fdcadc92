import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

interface LoadedModule<T> {
  exports: T
  version: string
  filename: string
}

/**
 * The modules of a package that this process has loaded, each with the version in that copy's own package.json. The
 * app may have several copies, or one under another name: the file counts, not what a name resolves to.
 */
export function* loadedModules<T>(
  packageName: string,
  wanted: (exports: unknown) => exports is T,
): Generator<LoadedModule<T>> {
  for (const loaded of Object.values(require.cache)) {
    const exports: unknown = loaded?.exports
    if (!loaded || !exports || !wanted(exports)) continue
    const version = versionOf(packageName, loaded.filename)
    if (version) yield { exports, version, filename: loaded.filename }
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

function packageAt(folder: string): { name?: string; version?: string } | null {
  try {
    return require(join(folder, 'package.json'))
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
