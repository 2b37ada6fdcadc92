import type { Addresses } from '../../config/addresses.js'
import { isAtOrBelow } from '../../express/path.js'

// Control characters and backslashes: browsers drop the first and read the second as a slash.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const TRICKS = /[\u0000-\u001f\u007f\\]/

/** The pages of a user who is logged in. */
const OF_ACCOUNT = [
  ...['account', 'sessions', 'factor', 'passkeys', 'privacy', 'email'],
  ...['admin', 'admin/users', 'admin/audit', 'admin/mails'],
]

/**
 * Returns where to go after the login: a path of the app as browsers see it, including the account's pages but not the
 * login itself; otherwise where the app begins (ASVS 3.7.2).
 *
 * @param given `next` as sent
 */
export function nextPath(given: unknown, { root, home, pages }: Omit<Addresses, 'mount'>): string {
  if (typeof given !== 'string' || given.length > 2000 || !isPath(given)) return home
  const base = 'http://this.invalid'
  const { origin, pathname, search } = new URL(given, base)
  if (origin !== base || !isPath(pathname) || !isAtOrBelow(pathname, root)) return home
  if (OF_ACCOUNT.some((page) => pathname === `${pages}/${page}`)) return pathname
  return isAtOrBelow(pathname.toLowerCase(), pages.toLowerCase()) ? home : pathname + search
}

function isPath(text: string): boolean {
  try {
    return [text, decodeURIComponent(text)].every((path) => /^\/(?!\/)/.test(path) && !TRICKS.test(path))
  } catch {
    return false
  }
}
