import type { Endpoint, ExistsWith } from '../../contract/endpoints.js'
import type { Kit } from '../../core/kit.js'
import { isByName } from './accounts/names.js'
import { authMail } from './links/auth-mail.js'
import { authParts } from './sessions/parts.js'

const CONDITIONS: Record<ExistsWith, (kit: Kit) => boolean> = {
  mail: (kit) => authMail(kit) !== null,
  refresh: ({ settings }) => settings.TOKEN_STYLE === 'refresh',
  continuing: (kit) => kit.settings.AUTH_COOKIE_REFRESH && kit.has('client'),
  publicKeys: (kit) => authParts(kit).publicKeys.length > 0,
  totp: ({ settings }) => settings.AUTH_ENABLE_TOTP,
  // Below phase 6 the rows of the app have no owner yet.
  privacy: (kit) => kit.settings.PRIVACY_DASHBOARD && kit.has('isolation'),
  passkeys: ({ settings }) => settings.AUTH_ENABLE_PASSKEYS,
  stepUp: ({ config }) => config.auth.stepUp !== undefined,
  oauth: ({ settings }) => settings.AUTH_ENABLE_OAUTH,
  magicLink: (kit) => kit.settings.AUTH_ENABLE_MAGIC_LINK && authMail(kit) !== null,
}

/** Whether a call or a form exists under this app's configuration. */
export const exists = (kit: Kit, { only }: { only?: ExistsWith }): boolean => !only || CONDITIONS[only](kit)

/** Whether it needs addresses, and users log in by a user name. A path of a feature that is off is the app's. */
export const lacksAddress = ({ config, settings }: Kit, { isAboutAddress, only }: Endpoint): boolean =>
  isAboutAddress === true && isByName(config) && (only !== 'magicLink' || settings.AUTH_ENABLE_MAGIC_LINK)

/** Whether the URL of a call is 404, whatever the app has there. */
export function isClosed(kit: Kit, endpoint: Endpoint): boolean {
  if (lacksAddress(kit, endpoint)) return true
  const { only } = endpoint
  // Without usertwo's refresh tokens those of the app's demo login could still be exchanged.
  return only === 'refresh' && kit.config.demo !== undefined && !exists(kit, { only })
}
