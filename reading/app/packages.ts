import type { EntryManifest } from '../syntax/package-entry.js'
import type { Texts } from './files.js'

/** One package.json of the folder. */
export interface Package {
  /** relative; empty: the folder itself */
  folder: string
  file: string
  name: string | null
  type: 'module' | 'commonjs'
  main: string | null
  /** the files that other packages load by its name */
  entry: EntryManifest
  scripts: Record<string, string>
  /** dependencies of every kind: package → version range */
  dependencies: Map<string, string>
  /** whether it runs in the browser only: it depends on a front-end framework and not on Express */
  browser: boolean
}

const OF_BROWSERS = ['react', 'vue', 'svelte', '@angular/core', 'preact', 'solid-js', 'react-native', 'next']

export function readPackages({ texts }: Texts): Package[] {
  return [...texts].flatMap(([file, text]) => {
    if (!/(?:^|\/)package\.json$/.test(file)) return []
    const found = manifestIn(text)
    if (!found) return []
    const dependencies = new Map(
      ['peerDependencies', 'optionalDependencies', 'devDependencies', 'dependencies'].flatMap((part) =>
        Object.entries(textsOf(found[part])),
      ),
    )
    return [
      {
        folder: file.replace(/\/?package\.json$/, ''),
        file,
        name: typeof found.name === 'string' ? found.name : null,
        type: found.type === 'module' ? ('module' as const) : ('commonjs' as const),
        entry: found,
        main: typeof found.main === 'string' ? found.main : null,
        scripts: textsOf(found.scripts),
        dependencies,
        browser: !dependencies.has('express') && OF_BROWSERS.some((one) => dependencies.has(one)),
      },
    ]
  })
}

function manifestIn(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function textsOf(given: unknown): Record<string, string> {
  if (typeof given !== 'object' || given === null) return {}
  return Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'string'))
}

/**
 * Returns the package a file belongs to: the nearest one above it that has a name, dependencies or scripts.
 */
export function nearestPackage(packages: readonly Package[], file: string): Package | undefined {
  return packages
    .filter(
      ({ folder, name, scripts, dependencies }) =>
        (folder === '' || file.startsWith(`${folder}/`)) &&
        (name !== null || dependencies.size > 0 || Object.keys(scripts).length > 0),
    )
    .reduce<Package | undefined>(
      (one, other) => (one && one.folder.length > other.folder.length ? one : other),
      undefined,
    )
}
