import { isAtOrBelow } from '../../express/path.js'

// Control characters and backslashes: browsers drop the first and read the second as a slash.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const TRICKS = /[\u0000-\u001f\u007f\\]/

/**
 * Returns where to go after the login: a path of this site, including the account's pages but not the login
 * itself; otherwise `/` (ASVS 3.7.2).
 *
 * @param given `next` as sent
 * @param pages `config.auth.pages`
 */
export function nextPath(given: unknown, pages: string): string {
  if (typeof given !== 'string' || given.length > 2000 || !isPath(given)) return '/'
  const base = 'http://this.invalid'
  const { origin, pathname, search } = new URL(given, base)
  if (origin !== base || !isPath(pathname)) return '/'
  if (['account', 'sessions', 'factor', 'passkeys'].some((page) => pathname === `${pages}/${page}`))
    return pathname
  return isAtOrBelow(pathname.toLowerCase(), pages) ? '/' : pathname + search
}

function isPath(text: string): boolean {
  try {
    return [text, decodeURIComponent(text)].every((path) => /^\/(?!\/)/.test(path) && !TRICKS.test(path))
  } catch {
    return false
  }
}
