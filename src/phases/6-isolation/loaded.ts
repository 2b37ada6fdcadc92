import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/**
 * A module of a package this process has loaded, and the version in that copy's own package.json. The app may have
 * several copies, or one under another name: what counts is the file, not what a name resolves to.
 */
export function loadedModule<T>(
  packageName: string,
  wanted: (exports: unknown) => exports is T,
): { exports: T; version: string } | null {
  for (const loaded of Object.values(require.cache)) {
    const exports: unknown = loaded?.exports
    if (!loaded || !exports || !wanted(exports)) continue
    const version = versionOf(packageName, loaded.filename)
    if (version) return { exports, version }
  }
  return null
}

/** The version of a package that a file belongs to; null: it is of another one, or of none. */
export function versionOf(packageName: string, file: string): string | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const found = packageAt(folder)
    if (found?.version) return found.name === packageName ? found.version : null
  }
  return null
}

function packageAt(folder: string): { name?: string; version?: string } | null {
  try {
    return require(join(folder, 'package.json'))
  } catch {
    return null // none here: it is further up
  }
}

/** Deeper than any constructor of a library lies below the app. */
const FRAMES = 50

/** The version of a package that the call at hand came through, by the files of its frames. */
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
