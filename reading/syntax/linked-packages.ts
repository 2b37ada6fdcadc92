import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { type EntryManifest, packageIn, runFiles, sourceFiles } from './package-entry.js'

/** A package that a symbolic link in `node_modules` points to: a package of the app's own workspace. */
export interface LinkedPackage {
  name: string
  /** the real path of its folder */
  folder: string
  manifest: EntryManifest & { scripts?: Record<string, string> }
}

/**
 * Finds the package of a module that a file imports, if it is linked. Returns null if it is installed:
 * packages installed by npm, pnpm and yarn have a real path below a `node_modules`.
 */
export function linkedPackage(from: string, module: string): LinkedPackage | null {
  const named = packageIn(module)
  if (!named || named.name === 'usertwo') return null
  for (let at = dirname(from); ; at = dirname(at)) {
    const place = join(at, 'node_modules', named.name)
    if (existsSync(join(place, 'package.json'))) return asLinked(named.name, place)
    if (at === dirname(at)) return null
  }
}

function asLinked(name: string, place: string): LinkedPackage | null {
  if (!lstatSync(place).isSymbolicLink()) return null
  const folder = realpathSync(place)
  if (folder.split(sep).includes('node_modules')) return null
  try {
    return { name, folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }
  } catch {
    return null
  }
}

/**
 * Returns the source file that a module of a linked package means, or null if it belongs to no linked
 * package.
 */
export function linkedFile(
  from: string,
  module: string,
  fileAt: (path: string) => string | null,
): string | null {
  const linked = linkedPackage(from, module)
  if (!linked) return null
  const { below } = packageIn(module)!
  for (const name of sourceFiles(linked.manifest, below)) {
    const found = fileAt(resolve(linked.folder, name))
    if (found) return found
  }
  return null
}

/**
 * Returns a file that a linked package's package.json names and that does not exist, as before a build.
 * Returns null if one of the named files exists.
 */
export function unbuiltFile({ folder, manifest }: LinkedPackage): string | null {
  const named = runFiles(manifest, '.')
  const isThere = (name: string) =>
    ['', '.js', '.cjs', '.mjs', '.json', '/index.js'].some((end) => existsSync(join(folder, name + end)))
  return named.length === 0 || named.some(isThere) ? null : named[0]!
}

/**
 * Returns whether a path is that of a source. A source's name may lead out of the app's folder:
 * `../../packages/db/index.js`.
 */
export function isFileOf(path: string | null | undefined, { file }: { file: string }): boolean {
  return path?.endsWith(`/${file.replace(/^(?:\.\.\/)+/, '')}`) ?? false
}
