import { ConfigError } from '../../core/config-error.js'
import type { Kit } from '../../core/kit.js'
import { type AccessTokens, accessTokens } from './access-token.js'
import { type Cookies, cookies } from './cookies.js'
import { type CsrfTokens, csrfTokens } from './csrf-token.js'
import { type Keys, keysOf, keysOfSecret } from './keys/keys.js'
import { lookUp } from './look-up.js'

/** What the layers of phases 4 and 5 share: one of each for a wrapped app. */
export interface AuthParts {
  /** null until they are read, at the start: nobody is let in with a key that was to be no more */
  keys: Keys | null
  /** the public parts of those that have one (RFC 7517) */
  publicKeys: object[]
  tokens: AccessTokens
  csrf: CsrfTokens
  cookies: Cookies
  lookUp: ReturnType<typeof lookUp>
}

const made = new WeakMap<Kit, AuthParts>()
const NONE = keysOf([])

/** @throws ConfigError when there is no JWT_SECRET */
export function authParts(kit: Kit): AuthParts {
  const known = made.get(kit)
  if (known) return known
  const { settings, clock } = kit
  const secret = secretOf(kit)
  const parts: AuthParts = {
    keys: settings.JWT_KEYS || settings.JWT_KEYS_FILE ? null : keysOfSecret(secret),
    publicKeys: [],
    tokens: accessTokens({
      keys: () => parts.keys ?? NONE,
      issuer: settings.JWT_ISS,
      audience: settings.JWT_AUD,
      days: settings.JWT_EXPIRES_DAYS,
      clock,
    }),
    csrf: csrfTokens(secret),
    cookies: cookies(settings),
    lookUp: lookUp(kit),
  }
  made.set(kit, parts)
  return parts
}

/** @throws ConfigError when there is no JWT_SECRET */
export function secretOf({ settings }: Kit): string {
  if (settings.JWT_SECRET) return settings.JWT_SECRET
  throw new ConfigError('The environment is not usable', ['JWT_SECRET: required from phase 4'])
}
