import * as real from '../../../../../src/phases/4-auth/links/login-link-rows.js'
import { digestOf } from '../../../../../src/phases/4-auth/links/one-time-token.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const LONG_AGO = { now: () => new Date(0) }

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/links/login-link-rows.js', {
  /** A link is good again once it was used. */
  again: {
    async takeLoginLink(parts, given) {
      const isTaken = await real.takeLoginLink(parts, given)
      await parts.db('usertwo.links').where({ kind: 'login' }).update({ used_at: null })
      return isTaken
    },
  },
  /** A link works in every browser. */
  anyBrowser: {
    async findLoginLink(parts, given) {
      const found = await real.findLoginLink(parts, given)
      return found && { ...found, isHere: true }
    },
    async takeLoginLink({ db, clock }, { token }) {
      const link = db('usertwo.links')
        .where({ token_hash: digestOf(token) })
        .whereNull('used_at')
      return (await link.update({ used_at: clock.now() })) === 1
    },
  },
  /** A link works for ever. */
  endless: {
    findLoginLink: (parts, given) => real.findLoginLink({ ...parts, clock: LONG_AGO }, given),
    takeLoginLink: (parts, given) => real.takeLoginLink({ ...parts, clock: LONG_AGO }, given),
  },
} satisfies Record<string, Partial<typeof real>>)
