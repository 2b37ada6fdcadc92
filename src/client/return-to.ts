/**
 * Where to go after a login: a path of this very origin, else `/`.
 *
 * @param given from the address of the page, or wherever it comes from
 */
export function returnTo(given: unknown, origin: string): string {
  if (typeof given !== 'string') return '/'
  try {
    const url = new URL(given, origin)
    // `//` at the beginning of what is left would lead to another host.
    if (url.origin !== origin || url.pathname.startsWith('//')) return '/'
    return url.pathname + url.search + url.hash
  } catch {
    return '/'
  }
}
