import { digestOf } from '../../../../../src/phases/4-auth/links/one-time-token.js'
import * as real from '../../../../../src/phases/4-auth/passkeys/challenges.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/passkeys/challenges.js', {
  /** A challenge stays after it was answered. */
  kept: {
    async takeChallenge(db, answered) {
      const waiting = await db('usertwo.passkey_challenges')
      const taken = await real.takeChallenge(db, answered)
      await db('usertwo.passkey_challenges').insert(waiting).onConflict('challenge_hash').ignore()
      return taken
    },
  },
  /** It is looked up first, and deleted in another statement. */
  looked: {
    async takeChallenge(db, answered) {
      const [waiting] = await db('usertwo.passkey_challenges').select('user_handle')
      await new Promise((resolve) => setTimeout(resolve, 200))
      await real.takeChallenge(db, answered)
      return waiting ? { handle: waiting.user_handle } : null
    },
  },
  /** Whichever browser answers. */
  anyBrowser: {
    async takeChallenge(db, answered) {
      const [browser = ''] = answered.browsers
      await db('usertwo.passkey_challenges').update({ browser_hash: digestOf(browser) })
      return real.takeChallenge(db, answered)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
