import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { workspaceOf } from '../../../reading/app/workspace-root.js'
import { linkedPackage, unbuiltFile } from '../../../reading/syntax/linked-packages.js'
import { isSkipped, type Source } from '../../../reading/syntax/sources.js'

/** The folders around the app's own that may make its tables, relative to it: `../../packages/db`. */
export interface PackagesAround {
  /** packages of the workspace that the app loads */
  loaded: string[]
  /** the root of the repository and its other packages */
  others: string[]
}

const DEEP = 3

/** Finds the packages of the repository that the app's folder is in. */
export function packagesAround(folder: string, sources: readonly Source[]): PackagesAround {
  const loaded = linkedBy(folder, sources).map(({ package: { folder: place } }) => place)
  const root = rootOf(folder)
  const others = [root, ...packagesBelow(root, DEEP)].filter(
    (place) => place !== folder && !loaded.includes(place),
  )
  const named = (place: string) => relative(folder, place).split(sep).join('/')
  return { loaded: [...new Set(loaded)].map(named), others: root === folder ? [] : others.map(named) }
}

/** A sentence for each package that the sources load and that has to be built first. */
export function unbuiltPackages(folder: string, sources: readonly Source[]): UnbuiltPackage[] {
  const found = new Map<string, UnbuiltPackage>()
  for (const { package: linked, by } of linkedBy(folder, sources)) {
    const file = unbuiltFile(linked)
    if (file) found.set(linked.folder, { name: linked.name, folder: linked.folder, file, by })
  }
  return [...found.values()]
}

/** A package of the workspace whose package.json names a file that a build makes. */
export interface UnbuiltPackage {
  name: string
  folder: string
  file: string
  /** a source that loads it */
  by: string
}

function linkedBy(folder: string, sources: readonly Source[]) {
  return sources.flatMap(({ file, imports }) =>
    [...imports.values()].flatMap(({ module }) => {
      const found = linkedPackage(resolve(folder, file), module)
      return found ? [{ package: found, by: file }] : []
    }),
  )
}

/** The root of the workspace, else the nearest folder above that has a package.json. */
function rootOf(folder: string): string {
  const workspace = workspaceOf(folder)
  if (workspace) return workspace.root
  for (let at = dirname(folder); at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, 'package.json'))) return at
  return folder
}

function packagesBelow(folder: string, deep: number): string[] {
  if (deep === 0) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || isSkipped(entry.name)) return []
    const place = join(folder, entry.name)
    return [...(existsSync(join(place, 'package.json')) ? [place] : []), ...packagesBelow(place, deep - 1)]
  })
}
