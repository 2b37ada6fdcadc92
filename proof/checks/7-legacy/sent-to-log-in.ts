import type { Config } from '../../../src/config/config.js'

/**
 * Returns whether a browser is redirected to log in: to the login page, or first to the path that uses a
 * refresh token in its cookie (`AUTH_COOKIE_REFRESH`) and redirects to that page without one. The check
 * `client.page-guard` follows it.
 */
export function isSentToLogIn(
  { auth }: Pick<Config, 'auth'>,
  { status, headers }: { status: number; headers: { location?: string | undefined } },
): boolean {
  const [to] = String(headers.location).split('?')
  return status === 302 && (to === `${auth.pages}/login` || to === `${auth.mount}/continue`)
}
