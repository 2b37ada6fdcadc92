import type { Settings } from '../../../config/settings.js'
import { ConfigError } from '../../../core/config-error.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { type AccessTokens, accessTokens, type TokenOptions } from './access-token.js'
import { type Cookies, cookies } from './cookies/cookies.js'
import { type CsrfTokens, csrfTokens } from './cookies/csrf-token.js'
import { type Keys, keysOf, keysOfSecret } from './keys/keys.js'
import { type LookUp, lookUp } from './look-up.js'

/** What the layers of phases 4 and 5 share; one instance for each wrapped app. */
export interface AuthParts {
  /** null until they are read at the start, so that no token of a retired key is accepted */
  keys: Keys | null
  /** the public keys, for keys that have one (RFC 7517) */
  publicKeys: object[]
  /** options for signing tokens of every kind */
  signing: TokenOptions
  tokens: AccessTokens
  csrf: CsrfTokens
  cookies: Cookies
  lookUp: LookUp
}

const NONE = keysOf([])

/** @throws ConfigError if there is no JWT_SECRET */
export const authParts = onePerApp((kit): AuthParts => {
  const { settings, clock } = kit
  const secret = secretOf(kit)
  const signing: TokenOptions = {
    keys: () => parts.keys ?? NONE,
    issuer: settings.JWT_ISS,
    audience: settings.JWT_AUD,
    clock,
  }
  const parts: AuthParts = {
    keys: settings.JWT_KEYS || settings.JWT_KEYS_FILE ? null : keysOfSecret(secret),
    publicKeys: [],
    signing,
    tokens: accessTokens({ ...signing, most: longestAccess(settings) }),
    csrf: csrfTokens(secret),
    cookies: cookies(settings),
    lookUp: lookUp(kit),
  }
  return parts
})

/** The longest life of a login. Seconds. */
export const longestLogin = ({ TOKEN_STYLE, JWT_EXPIRES_DAYS, REFRESH_TOKEN_DAYS }: Settings): number =>
  (TOKEN_STYLE === 'refresh' ? REFRESH_TOKEN_DAYS : JWT_EXPIRES_DAYS) * 86_400

/** The longest life of an access token: the whole login, unless a cookie holds the refresh token. Seconds. */
const longestAccess = (settings: Settings): number =>
  settings.AUTH_COOKIE_REFRESH ? settings.ACCESS_TOKEN_MINUTES * 60 : longestLogin(settings)

/** @throws ConfigError if there is no JWT_SECRET */
export function secretOf({ settings }: Kit): string {
  if (settings.JWT_SECRET) return settings.JWT_SECRET
  throw new ConfigError('The environment is not usable', ['JWT_SECRET: required from phase 4'])
}
