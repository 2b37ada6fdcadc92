import type { Config } from '../../../src/config/config.js'
import { segmentsOf } from '../../../src/express/path.js'
import { isParameter } from '../../../src/express/pattern.js'
import { askedHook } from '../../../src/express/without-login/hook-route.js'
import { askedLink, linkRoutes, TOKEN_PLACE } from '../../../src/express/without-login/link-route.js'

/**
 * Returns a predicate that is true of a request, or a declared route, that works on a user's data without a login:
 * `isolation.links` and `isolation.hooks` try them, and no login is read there.
 */
export function takenWithoutLogin(config: Config): (of: { method: string | null; path: string }) => boolean {
  const link = askedLink(config)
  const hook = askedHook(config)
  const inPath = linkRoutes(config).filter(({ query }) => query === null)
  return ({ method, path }) => {
    const req = { method: method ?? 'GET' }
    if (link(req, path) !== null || hook(req, path) !== null) return true
    return (req.method === 'GET' || req.method === 'HEAD') && inPath.some((one) => declares(path, one.path))
  }
}

/** Returns whether a declared route takes the requests of a link among others: `/feeds/:file` for `/feeds/:token.ics`. */
export function takesLinks(config: Config): (method: string, path: string) => boolean {
  const links = linkRoutes(config)
    .filter(({ query }) => query === null)
    .map(({ path }) => segmentsOf(path))
  return (method, path) => {
    const declared = segmentsOf(path)
    return (
      method === 'GET' &&
      links.some(
        (link) =>
          link.length === declared.length &&
          link.every((one, at) => one === declared[at] || isParameter(declared[at]!)),
      )
    )
  }
}

/** Whether a declared route takes the requests of a link and no others: `/s/:id` for `/s/:token`. */
function declares(path: string, link: string): boolean {
  const declared = segmentsOf(path)
  const wanted = segmentsOf(link)
  return (
    declared.length === wanted.length &&
    wanted.every((one, at) => {
      const own = declared[at]!
      const [, before, after] = TOKEN_PLACE.exec(one) ?? []
      if (before === undefined) return isParameter(one) ? isParameter(own) : one === own
      const rest = own.slice(before.length, own.length - after!.length)
      return own.startsWith(before) && own.endsWith(after!) && /^:\w+$/.test(rest)
    })
  )
}
