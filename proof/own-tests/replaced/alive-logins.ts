import * as real from '../../../src/phases/4-auth/sessions/alive-logins.js'
import { replacing } from '../../gate/replace/replacing.js'
import { ownerOf, ownerOfTests } from './owner.js'

/**
 * The login that the owner has by identify.ts stands in no table, and is never over: a request of theirs that was under
 * way when open connections were looked through was cut off.
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
