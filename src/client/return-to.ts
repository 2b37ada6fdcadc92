/**
 * Returns where to go after a login: a path of this very origin, otherwise `/`.
 *
 * @param given from the URL of the page, or any other source
 */
export function returnTo(given: unknown, origin: string): string {
  if (typeof given !== 'string') return '/'
  try {
    const url = new URL(given, origin)
    // A remaining `//` at the beginning would lead to another host.
    if (url.origin !== origin || url.pathname.startsWith('//')) return '/'
    return url.pathname + url.search + url.hash
  } catch {
    return '/'
  }
}
