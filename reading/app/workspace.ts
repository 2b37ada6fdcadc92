import { posix } from 'node:path'
import { packageIn, sourceFiles } from '../syntax/package-entry.js'
import { EXTENSIONS, filesAt } from '../syntax/sources.js'
import { moduleAliases } from './aliases.js'
import type { Texts } from './files.js'
import type { Package } from './packages.js'

/** Resolves modules that are imported by the name of a package, or by an alias. */
export interface PackageModules {
  /** whether a package.json depends on its package, which is not a package of the folder */
  isInstalled(module: string): boolean
  /** the file of the folder that a file loads by it, relative to the folder; null: it belongs to a package */
  fileOf(module: string, from: string): string | null
}

/** Resolves names by the package.json and tsconfig.json files of the folder. Nothing has to be installed. */
export function packageModules(
  { folder, texts }: Pick<Texts, 'folder' | 'texts'>,
  packages: readonly Package[],
): PackageModules {
  const dependedOn = new Set(packages.flatMap(({ dependencies }) => [...dependencies.keys()]))
  const own = new Map(packages.flatMap((one) => (one.name === null ? [] : [[one.name, one] as const])))
  const aliases = moduleAliases({ folder }, packages)
  const at = (base: string) =>
    filesAt(base).find((name) => texts.has(name) && EXTENSIONS.includes(posix.extname(name))) ?? null
  return {
    isInstalled(module) {
      const name = packageIn(module)?.name
      return name !== undefined && dependedOn.has(name) && !own.has(name)
    },
    fileOf(module, from) {
      const aliased = aliases(module, from).flatMap((path) => at(path) ?? [])[0]
      if (aliased) return aliased
      const named = packageIn(module)
      const found = named && own.get(named.name)
      if (!found) return null
      for (const name of sourceFiles(found.entry, named.below)) {
        const file = at(posix.join(found.folder, name))
        if (file) return file
      }
      return null
    },
  }
}
