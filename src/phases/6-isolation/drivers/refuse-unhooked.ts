import { resolve } from 'node:path'
import { ScopeError } from '../../../core/scope-error.js'
import { packageOf, versionOf } from '../start/loaded.js'
import { importersOf, loadedCopies } from './loaded-copies.js'
import { type LoadedCopy, UNHOOKED_LIBRARIES, type UnhookedLibrary } from './unhooked-libraries.js'

/**
 * Refuses the start if the process has loaded a library that mixes users, or whose queries cannot be bound.
 *
 * @throws ScopeError `unhooked_library`, with each by its name, version and place
 */
export async function refuseUnhooked(libraries = UNHOOKED_LIBRARIES): Promise<void> {
  const refused: string[] = []
  for (const copy of await loadedCopies(libraries)) {
    const library = libraries.find(({ name }) => name === copy.name)!
    if ((await library.isRefused?.(copy)) ?? true)
      refused.push(inWords(await withPlaces(copy, library), library))
  }
  if (refused.length > 0)
    throw new ScopeError(
      'unhooked_library',
      `The app cannot start at USERTWO_PHASE 6 or above:\n${refused.map((line) => `  - ${line}`).join('\n')}`,
    )
}

/** If only generated code has required the copy, a module has imported it. */
async function withPlaces(copy: LoadedCopy, { generates }: UnhookedLibrary): Promise<LoadedCopy> {
  const elsewhere = (files: readonly string[]) =>
    generates ? files.filter((file) => packageOf(file) !== generates) : files
  const importers = elsewhere(copy.importers)
  return { ...copy, importers: importers.length > 0 ? importers : elsewhere(await importersOf(copy)) }
}

function inWords({ name, version, file, importers }: LoadedCopy, { why, fix }: UnhookedLibrary): string {
  const by = [...new Set(importers.map(shown))].join(', ') || 'the app'
  return `${name} ${version} (${file}), loaded by ${by}, ${why}. ${fix}`
}

/** Names a library by name and version, a file of the app by its path. */
function shown(importer: string): string {
  const name = packageOf(importer)
  const version = name && versionOf(name, resolve(importer))
  return version ? `${name} ${version}` : importer
}
