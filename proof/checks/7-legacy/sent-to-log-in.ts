import type { Config } from '../../../src/config/config.js'

/**
 * Whether a browser is sent where people log in: to the page, or first to where a refresh token in its cookie would do it
 * (`AUTH_COOKIE_REFRESH`), which goes on to that page without one: `client.page-guard` follows it.
 */
export function isSentToLogIn(
  { auth }: Pick<Config, 'auth'>,
  { status, headers }: { status: number; headers: { location?: string | undefined } },
): boolean {
  const [to] = String(headers.location).split('?')
  return status === 302 && (to === `${auth.pages}/login` || to === `${auth.mount}/continue`)
}
