import type { ServerConfig } from '../../../contract/answers.js'
import { loginField } from '../accounts/names.js'
import { registrationMode } from '../accounts/registration-mode.js'
import { exists } from '../conditions.js'
import { verificationMail } from '../links/verify-email.js'
import { deliveryOf } from '../sessions/delivery.js'
import { authParts } from '../sessions/parts.js'
import type { EndpointAction } from './action.js'
import { shownProviders } from './oauth-actions.js'

export const serverConfig: EndpointAction<ServerConfig> = {
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
