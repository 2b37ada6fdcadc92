import { onePerApp } from '../../../core/one-per-app.js'
import { givingLogin, isInCookie } from '../login/give-login.js'
import { askLinkBody, useLinkBody } from '../login-links/login-link-bodies.js'
import { bodyAction } from './action.js'
import type { LoginDone } from './session-actions.js'

/** Loaded with the first call: where the feature is off nothing of it is. */
const asking = onePerApp(async (kit) => (await import('../login-links/ask-login-link.js')).askLoginLink(kit))
/** Used by the pages too. */
export const loginLinksOf = onePerApp(async (kit) =>
  (await import('../login-links/use-login-link.js')).loginLinks(kit),
)

/** The same text whether the account exists or not (ASVS 6.3.8). */
const LINK_MAILED =
  'If there is an account with this address, a link is on its way to it. It works for 15 minutes, in the browser that asked.'

const askLoginLink = bodyAction({
  body: () => askLinkBody,
  run: (kit) => async (req, res, given) => {
    const ask = await asking(kit)
    await ask(req, res, given)
  },
  answer: (res) => res.status(202).json({ message: LINK_MAILED }),
})

const useLoginLink = bodyAction({
  body: () => useLinkBody,
  run(kit) {
    const give = givingLogin(kit)
    return async (req, res, given, by): Promise<LoginDone> => {
      const links = await loginLinksOf(kit)
      const begun = await links.use(req, given, await isInCookie(kit, req, by))
      return 'mfa_token' in begun ? { due: begun } : give(req, res, by, begun)
    }
  },
  answer: (res, done) => res.json('due' in done ? done.due : done.answer),
})

export const linkActions = { askLoginLink, useLoginLink }
