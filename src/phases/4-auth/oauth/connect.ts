import type { ServerResponse } from 'node:http'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { newToken } from '../links/one-time-token.js'
import { nextPath } from '../next-path.js'
import { loginOf } from '../sessions/login-state.js'
import { signedIn } from '../sessions/signed-in.js'
import { API_TEXTS } from '../words/en-api.js'
import { flowBrowser } from './flow-browser.js'
import { flowSecrets } from './flow-secrets.js'
import { type Linking, putFlow } from './flows.js'
import type { Connecting } from './oauth-bodies.js'
import { providerNamed, redirectUri } from './provider/named-provider.js'
import { providerClient } from './provider/provider-client.js'
import { ProviderFailed } from './provider/provider-failed.js'

/** Longer paths are not remembered. Characters. */
const LONGEST_NEXT = 1000

const AWAY = API_TEXTS['refused.provider_away']

/** What is remembered of a login while its browser is at the provider. */
export interface RememberedFlow {
  next: string
  isShared: boolean
  claimCode?: string | undefined
  inviteCode?: string | undefined
  /** of a link: the login that began it was in a cookie */
  inCookie?: boolean
}

export interface Connect {
  /**
   * Begins a login by a provider, and binds it to this browser by a cookie.
   *
   * @returns where the browser has to go
   * @throws Problem `not_found` for an unknown provider; `unavailable` where it does not answer
   */
  logIn(req: Incoming, res: ServerResponse, provider: string, given: Connecting): Promise<URL>
  /** Begins to link an account at a provider to the current user. Callers see to it that the login is recent. */
  link(req: Incoming, res: ServerResponse, provider: string): Promise<URL>
}

export function connectProviders(kit: Kit): Connect {
  const { pages, home } = kit.at
  const begin = beginning(kit)
  return {
    logIn(req, res, provider, given) {
      const next = nextPath(given.next, kit.at)
      const remembered: RememberedFlow = {
        next: next.length > LONGEST_NEXT ? home : next,
        isShared: given.shared_computer,
        claimCode: given.claim_code,
        inviteCode: given.invite_code,
      }
      return begin(req, res, provider, { remembered, linking: null })
    },
    link(req, res, provider) {
      const { id: user } = signedIn(kit, req)
      const { claims, cookieSession } = loginOf(req)
      if (!claims) throw new Problem('authentication_required')
      const inCookie = cookieSession === claims.sid
      const remembered = { next: `${pages}/account`, isShared: false, inCookie }
      return begin(req, res, provider, { remembered, linking: { user, session: claims.sid } })
    },
  }
}

interface Beginning {
  remembered: RememberedFlow
  linking: Linking | null
}

function beginning(
  kit: Kit,
): (req: Incoming, res: ServerResponse, name: string, how: Beginning) => Promise<URL> {
  const { db, clock } = kit
  const client = providerClient(kit)
  const cookie = flowBrowser(kit)
  return async (req, res, name, { remembered, linking }) => {
    const provider = providerNamed(kit, name)
    const state = newToken()
    const browser = cookie.keep(req, res)
    const secrets = flowSecrets(browser, state)
    const asked = { ...secrets, redirectUri: redirectUri(kit, provider) }
    const url = await client.address(provider, asked).catch((error: unknown) => {
      if (!(error instanceof ProviderFailed)) throw error
      kit.log.warn({ provider: name, reason: error.reason }, 'a provider does not answer')
      throw new Problem('unavailable', AWAY)
    })
    const sealed = secrets.seal(JSON.stringify(remembered))
    await putFlow(db, { state, browser, provider: name, linking, sealed, now: clock.now() })
    return url
  }
}
