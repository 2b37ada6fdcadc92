import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { fingerprint } from '../../../src/record/fingerprints.js'
import { isLeftOut, LINKED } from '../app/scratch.js'

/** Caches that tools keep in node_modules. */
const CACHE = /^\.(?:cache|vite|vitest)/

/**
 * Fingerprints the names and contents of the files below a folder, except those that a gate does not copy.
 *
 * @param counts whether a file counts, by its path below the folder; default: all files
 * @throws for a link that leads out of the folder, because a change behind it would not be noticed
 */
export function contentPrint(folder: string, counts: (path: string) => boolean = () => true): string {
  const root = realpathSync(folder)
  const lines: string[] = []
  walk(
    root,
    '',
    (entry) => !isLeftOut(entry) && entry.name !== LINKED,
    (path, link) => {
      if (!counts(path)) return
      if (link !== null && !resolve(dirname(join(root, path)), link).startsWith(root + sep))
        throw new Error(`${path} leads out of ${folder}`)
      lines.push(`${path} ${link ?? fingerprint(readFileSync(join(root, path)))}`)
    },
  )
  return fingerprint(lines.join('\n'))
}

/** Fingerprints the names, sizes and times of the files below these folders, which are too many to read. */
export function statPrint(folders: readonly string[]): string {
  const lines: string[] = []
  for (const folder of new Set(folders)) {
    if (!lstatSync(folder, { throwIfNoEntry: false })) continue
    walk(
      folder,
      '',
      ({ name }) => !CACHE.test(name),
      (path, link) => {
        const { size, mtimeMs } = lstatSync(join(folder, path))
        lines.push(`${folder} ${path} ${link ?? `${size} ${mtimeMs}`}`)
      },
    )
  }
  return fingerprint(lines.join('\n'))
}

/** @returns the folders of packages below a folder, itself not in one */
export function packageFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || isLeftOut(entry)) return []
    const below = join(folder, entry.name)
    return entry.name === LINKED ? [below] : packageFolders(below)
  })
}

/** @throws for a link in a folder of packages to where none of these folders is: a change behind it is not noticed */
export function assertNoLinkOut(packages: readonly string[], within: readonly string[]): void {
  const roots = within.map((one) => realpathSync(one))
  for (const folder of packages)
    walk(
      folder,
      '',
      ({ name }) => !CACHE.test(name),
      (path, link) => {
        if (link === null) return
        const real = realpathSync(join(folder, path))
        if (!roots.some((root) => real === root || real.startsWith(root + sep)))
          throw new Error(`${join(folder, path)} leads out of ${roots.join(', ')}`)
      },
    )
}

/** Visits files and links in the order of their names. `link` is the target of a link, or null for a file. */
function walk(
  folder: string,
  path: string,
  enters: (entry: Dirent) => boolean,
  visit: (path: string, link: string | null) => void,
): void {
  const entries = readdirSync(join(folder, path), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!enters(entry)) continue
    const below = path ? `${path}/${entry.name}` : entry.name
    if (entry.isDirectory()) walk(folder, below, enters, visit)
    else if (entry.isSymbolicLink()) visit(below, readlinkSync(join(folder, below)))
    else if (entry.isFile()) visit(below, null)
  }
}
