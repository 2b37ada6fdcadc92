import type { Config } from '../../core/config.js'
import { isAtOrBelow, sentPath } from '../../express/path.js'
import { tokenStyleOf } from './app-environment.js'

/** What usertwo answers below `auth.mount` and `auth.pages` whatever is configured, from which phase on. */
export const OWN = {
  mount: {
    from: 4,
    routes: ['POST /login', 'POST /logout', 'POST /register', 'GET /me', 'GET /csrf', 'GET /config'],
  },
  pages: {
    from: 5,
    routes: ['GET /login', 'POST /login', 'GET /register', 'POST /register', 'GET /logout', 'POST /logout'],
  },
}

/**
 * Whether the app answers a request. Where usertwo has a route, also where the app has the same, nobody reaches the app's any
 * more; a logout that was recorded of one would end the login of who asks. All else below there goes on to the app, and is
 * attacked like any route of it.
 */
export function isOfApp(
  config: Config,
  dial: number,
): (of: { method: string | null; path: string }) => boolean {
  const refresh = tokenStyleOf(config).TOKEN_STYLE === 'refresh' ? ['POST /refresh'] : []
  const own = (['mount', 'pages'] as const).flatMap((place) => {
    const { from, routes } = OWN[place]
    return dial < from
      ? []
      : [{ at: config.auth[place], routes: place === 'mount' ? [...routes, ...refresh] : routes }]
  })
  return ({ method, path }) =>
    !own.some(({ at, routes }) => {
      const sent = sentPath(path)
      return isAtOrBelow(sent, at) && routes.includes(`${method} ${sent.slice(at.length)}`)
    })
}
