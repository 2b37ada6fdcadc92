import type { Answer } from '../../gate/app/http.js'

/** A browser ends a circle too. */
const MOST = 5

/**
 * Requests a page as a browser does that follows redirects within the app, at most five. A redirect to another host, or to
 * an address in `aside`, is returned as it is.
 *
 * @param get requests a path with its query
 * @param origin of the app
 * @param aside the beginnings of paths that are not followed: those of the login
 */
export async function followed(
  get: (path: string) => Promise<Answer>,
  path: string,
  { origin, aside }: { origin: string; aside: readonly string[] },
): Promise<Answer> {
  let [at, answer] = [path, await get(path)]
  for (let hop = 0; hop < MOST; hop++) {
    const { location } = answer.headers
    if (answer.status < 300 || answer.status >= 400 || typeof location !== 'string') break
    const to = new URL(location, new URL(at, origin))
    if (to.origin !== origin || aside.some((one) => to.pathname.startsWith(`${one}/`))) break
    at = to.pathname + to.search
    answer = await get(at)
  }
  return answer
}
