import { digestOf } from '../../../../../src/phases/4-auth/links/one-time-token.js'
import * as real from '../../../../../src/phases/4-auth/oauth/flows.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/oauth/flows.js', {
  /** A state stays after it was used. */
  kept: {
    async takeFlow(db, given) {
      const waiting = await db('usertwo.oauth_flows')
      const taken = await real.takeFlow(db, given)
      await db('usertwo.oauth_flows').insert(waiting).onConflict('state_hash').ignore()
      return taken
    },
  },
  /** It is looked up first, and deleted in another statement. */
  looked: {
    async takeFlow(db, given) {
      const [waiting] = await db('usertwo.oauth_flows').where({ state_hash: digestOf(given.state) })
      await new Promise((resolve) => setTimeout(resolve, 200))
      const taken = await real.takeFlow(db, given)
      const [browser = ''] = given.browsers
      return taken ?? (waiting ? { browser, sealed: waiting.sealed, linking: null } : null)
    },
  },
  /** Whichever browser comes back. */
  anyBrowser: {
    async takeFlow(db, given) {
      const [browser = ''] = given.browsers
      await db('usertwo.oauth_flows').update({ browser_hash: digestOf(browser) })
      return real.takeFlow(db, given)
    },
  },
  /** At the callback of whichever provider. */
  anyProvider: {
    async takeFlow(db, given) {
      await db('usertwo.oauth_flows').update({ provider: given.provider })
      return real.takeFlow(db, given)
    },
  },
  /** However late. */
  endless: {
    takeFlow: (db, given) => real.takeFlow(db, { ...given, now: new Date(0) }),
  },
} satisfies Record<string, Partial<typeof real>>)
