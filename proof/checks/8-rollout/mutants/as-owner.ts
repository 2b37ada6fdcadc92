import type { Kit } from '../../../../src/core/kit.js'

/** Returns a kit for which every logged-in user is the owner. */
export function asOwner(kit: Kit): Kit {
  const { id } = kit.config.owner
  return {
    ...kit,
    userOf(req) {
      const person = kit.userOf(req)
      return person && { ...person, id }
    },
  }
}
