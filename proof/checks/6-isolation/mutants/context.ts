import type { Person } from '../../../../src/core/context.js'
import * as real from '../../../../src/phases/6-isolation/context.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/6-isolation/context.js', {
  /** The current user is a variable of the module, read a moment later, as behind any await. */
  lastSeen: {
    context(kit) {
      let last: Person | null = null
      const act = real.context({ ...kit, userOf: () => last })
      return (req, res, next) => {
        last = kit.userOf(req)
        setTimeout(() => act(req, res, next), 3)
      }
    },
  },
  /** Requests run as no user. */
  noUser: {
    context: (kit) => real.context({ ...kit, userOf: () => null }),
  },
} satisfies Record<string, Partial<typeof real>>)
