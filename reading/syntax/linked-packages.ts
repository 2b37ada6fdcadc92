import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { type EntryManifest, packageIn, runFiles, sourceFiles } from './package-entry.js'

/** A package that a link in `node_modules` leads to: one of the app's own workspace. */
export interface LinkedPackage {
  name: string
  /** where its files are, without links */
  folder: string
  manifest: EntryManifest & { scripts?: Record<string, string> }
}

/**
 * Finds the package that a module of a file is of, if it is linked and not installed: what npm, pnpm and yarn
 * install has a real path below a `node_modules`.
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

/** The file of the source that a module of a linked package means; null: it is not of one. */
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

/** The file that a linked package names and that is not there, as it is before a build; null: all are. */
export function unbuiltFile({ folder, manifest }: LinkedPackage): string | null {
  const named = runFiles(manifest, '.')
  const isThere = (name: string) =>
    ['', '.js', '.cjs', '.mjs', '.json', '/index.js'].some((end) => existsSync(join(folder, name + end)))
  return named.length === 0 || named.some(isThere) ? null : named[0]!
}

/** Whether a path is that of a source, whose name may lead out of the app's folder: `../../packages/db/index.js`. */
export function isFileOf(path: string | null | undefined, { file }: { file: string }): boolean {
  return path?.endsWith(`/${file.replace(/^(?:\.\.\/)+/, '')}`) ?? false
}
