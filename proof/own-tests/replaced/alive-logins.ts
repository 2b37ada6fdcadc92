import * as real from '../../../src/phases/4-auth/sessions/alive-logins.js'
import { replacing } from '../../gate/replace/replacing.js'
import { ownerOf, ownerOfTests } from './owner.js'

/**
 * Keeps the owner's login from identify.ts alive. It has no row in a table and never ends, so a check of open
 * connections would otherwise cut off a running request of the owner.
 */
export default replacing(import.meta.url, '../../../src/phases/4-auth/sessions/alive-logins.js', {
  withOwner: {
    async aliveLogins(kit, ids) {
      const { sessionId } = ownerOf(ownerOfTests())
      const others = ids.filter((id) => id !== sessionId)
      const alive = others.length > 0 ? await real.aliveLogins(kit, others) : new Set<string>()
      return alive.add(sessionId)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
