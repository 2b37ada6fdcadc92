import { posix } from 'node:path'
import { packageIn, sourceFiles } from '../syntax/package-entry.js'
import { EXTENSIONS } from '../syntax/sources.js'
import type { Texts } from './files.js'
import type { Package } from './packages.js'

/** What a module means that is named by a package. */
export interface PackageModules {
  /** whether a package.json depends on it, and no package of the folder is it */
  isInstalled(module: string): boolean
  /** the file of another package of the folder, relative to it; null: it is not of one */
  fileOf(module: string): string | null
}

/** Reads names of packages as the package.json files of the folder have them; nothing has to be installed. */
export function packageModules(
  { texts }: Pick<Texts, 'texts'>,
  packages: readonly Package[],
): PackageModules {
  const asked = new Set(packages.flatMap(({ dependencies }) => [...dependencies.keys()]))
  const own = new Map(packages.flatMap((one) => (one.name === null ? [] : [[one.name, one] as const])))
  const at = (base: string) => {
    const typed = base.replace(/\.([mc]?)js$/, '.$1ts')
    const names = [base, typed, ...EXTENSIONS.flatMap((end) => [base + end, posix.join(base, `index${end}`)])]
    return names.find((name) => texts.has(name) && EXTENSIONS.includes(posix.extname(name))) ?? null
  }
  return {
    isInstalled(module) {
      const name = packageIn(module)?.name
      return name !== undefined && asked.has(name) && !own.has(name)
    },
    fileOf(module) {
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
