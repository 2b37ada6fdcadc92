import type { RequestHandler } from 'express'
import type { ServerConfig } from '../../../contract/answers.js'
import type { EndpointName, FormName } from '../../../contract/endpoints.js'
import type { Kit } from '../../../core/kit.js'
import { loginField } from '../accounts/names.js'
import { registrationMode } from '../accounts/registration-mode.js'
import { clientScript } from '../client-script.js'
import { exists } from '../conditions.js'
import { verificationMail } from '../links/verify-email.js'
import { deliveryOf } from '../sessions/delivery.js'
import { authParts } from '../sessions/parts.js'
import { accountActions } from './account-actions.js'
import type { EndpointAction } from './action.js'
import { factorActions } from './factor-actions.js'
import { linkActions } from './link-actions.js'
import { oauthActions, shownProviders } from './oauth-actions.js'
import { passkeyActions } from './passkey-actions.js'
import { privacyActions } from './privacy-actions.js'
import { sessionActions } from './session-actions.js'

const serverConfig: EndpointAction<ServerConfig> = {
  make(kit) {
    const { cookies } = authParts(kit)
    return async () => {
      const { name, refresh } = await deliveryOf(kit)
      return {
        user_management: true,
        token_style: name,
        refresh,
        registration: registrationMode(kit),
        login: loginField(kit.config),
        email_verification: verificationMail(kit) !== null,
        totp: kit.settings.AUTH_ENABLE_TOTP,
        privacy: exists(kit, { only: 'privacy' }),
        passkeys: kit.settings.AUTH_ENABLE_PASSKEYS,
        magic_link: exists(kit, { only: 'magicLink' }),
        providers: kit.settings.AUTH_ENABLE_OAUTH ? await shownProviders(kit) : [],
        csrf: { cookie: cookies.csrf, header: 'X-CSRF-Token' },
        pages: kit.at.pages,
      }
    }
  },
  answer: (res, answer) => res.json(answer),
}

/** Endpoints that answer by themselves: their body or answer is not JSON of one schema. */
export const HANDLERS = {
  refresh: (kit) => async (req, res, next) => {
    const { refreshing } = await import('../sessions/refresh/refreshing.js')
    await refreshing(kit)(req, res, next)
  },
  continue: (kit) => async (req, res) => {
    const { continuing } = await import('../sessions/refresh/continuing.js')
    await continuing(kit)(req, res)
  },
  providerCallback: (kit) => async (req, res, next) => {
    const { oauthCallback } = await import('../oauth/callback.js')
    await oauthCallback(kit)(req, res, next)
  },
  clientScript,
  // RFC 7517, 8.5.1: clients that verify our tokens ask for the keys now and then.
  publicKeys: (kit) => (_req, res) => {
    res.set('Cache-Control', 'public, max-age=300').json({ keys: authParts(kit).publicKeys })
  },
} as const satisfies Partial<Record<EndpointName, (kit: Kit) => RequestHandler>>

/** What each of the other endpoints does, by its name in `ENDPOINTS`. */
export const ACTIONS = {
  ...accountActions,
  ...sessionActions,
  ...factorActions,
  ...privacyActions,
  ...passkeyActions,
  ...linkActions,
  ...oauthActions,
  config: serverConfig,
} as const satisfies Record<Exclude<EndpointName, keyof typeof HANDLERS>, EndpointAction>

/** What the action of a form returns. */
export type DoneOf<Name extends FormName> = Awaited<ReturnType<ReturnType<(typeof ACTIONS)[Name]['make']>>>
