import { filesOnStack } from '../../../core/process/connections.js'
import { ScopeError } from '../../../core/scope-error.js'
import { packageOf, versionOf } from '../start/loaded.js'
import { UNHOOKED_LIBRARIES } from './unhooked-libraries.js'

const openers = UNHOOKED_LIBRARIES.filter(({ opensBy }) => opensBy !== undefined)

/**
 * Looks for a library that mixes users among the callers of a new connection. If it was loaded after the start, the start
 * did not see it, and the copy of pg below it may already be hooked.
 *
 * @returns `unhooked_library`, with the library and the package that opens the connection; null if there is no such library
 */
export function unhookedOpener(): ScopeError | null {
  for (const file of filesOnStack()) {
    const library = openers.find(({ opensBy }) => opensBy === packageOf(file))
    if (!library || library.isCured?.()) continue
    const { name, opensBy, why, fix } = library
    const opener = `${opensBy} ${versionOf(opensBy!, file) ?? ''}`.trim()
    return new ScopeError(
      'unhooked_library',
      `${name}, loaded after the start (${opener}: ${file}), ${why}. ${fix}`,
    )
  }
  return null
}
