import type { Config } from '../../../src/config/config.js'
import { ENDPOINTS, endpoints } from '../../../src/contract/endpoints.js'
import { sentPath, withoutEndSlash } from '../../../src/express/path.js'
import { takenWithoutLogin } from '../people/without-login.js'
import { tokenStyleOf } from './app-environment.js'

const always = endpoints.filter(({ only }) => only === undefined)
const forms = always.flatMap(({ form }) => (form && !form.only ? [form] : []))

/**
 * The routes that usertwo answers below `auth.mount` and `auth.pages` in any configuration, and from which
 * phase on.
 */
export const OWN = {
  mount: { from: 4, routes: always.map(({ method, path }) => `${method} ${path}`) },
  pages: {
    from: 5,
    routes: [...new Set(forms.map(({ page }) => `GET ${page}`)), ...forms.map(({ path }) => `POST ${path}`)],
  },
}

/** Returns the routes that usertwo answers at a dial, as `POST /api/auth/login`. */
export function ownRoutes(config: Config, dial: number): string[] {
  if (config.auth.by === 'app') return dial < OWN.mount.from ? [] : loginRoutes(config)
  const refresh =
    tokenStyleOf(config).TOKEN_STYLE === 'refresh'
      ? [`${ENDPOINTS.refresh.method} ${ENDPOINTS.refresh.path}`]
      : []
  return (['mount', 'pages'] as const).flatMap((place) => {
    const { from, routes } = OWN[place]
    const all = place === 'mount' ? [...routes, ...refresh] : routes
    return dial < from ? [] : all.map((route) => route.replace(' ', ` ${config.auth[place]}`))
  })
}

/** The routes of a login of the app's own: what a gate sends there ends the login it comes with, or begins another. */
function loginRoutes({ auth: { login, register, logout } }: Config): string[] {
  const posts = [login?.post, register?.post, logout].filter((path) => path !== undefined)
  return [...posts.map((path) => `POST ${path}`), ...(logout ? [`GET ${logout}`] : [])]
}

type OfRequest = (of: { method: string | null; path: string }) => boolean

/**
 * Returns a predicate that is true if the app answers a request. If usertwo has the route, it hides a route
 * of the app with the same path. A logout that was recorded there would end the gate's own session. Every
 * other request below those paths reaches the app, and is attacked like any of its routes, except requests without a
 * login, which have checks of their own.
 */
export function isOfApp(config: Config, dial: number): OfRequest {
  const [isAnswered, isElsewhere] = [isAnsweredByApp(config, dial), comesWithoutLogin(config, dial)]
  return (one) => isAnswered(one) && !isElsewhere(one)
}

/** Returns a predicate that is true of these and of the requests without a login. */
export function isAnsweredByApp(config: Config, dial: number): OfRequest {
  const own = new Set(ownRoutes(config, dial))
  // A router's own root has a slash at its end: `/login/`.
  return ({ method, path }) => !own.has(`${method} ${withoutEndSlash(sentPath(path))}`)
}

/** Returns a predicate that is true of the requests that work on a user's data without a login at a dial: links and hooks. */
export function comesWithoutLogin(config: Config, dial: number): OfRequest {
  return dial < OWN.mount.from ? () => false : takenWithoutLogin(config)
}

/**
 * Returns the path below which a route answers for a login library, such as `/api/auth/` of better-auth; null: it is
 * another route, or one for the whole app.
 */
export function libraryBelow({ auth }: Pick<Config, 'auth'>, path: string): string | null {
  const wildcard = path.indexOf('*')
  const below = path.slice(0, path.slice(0, Math.max(wildcard, 0)).lastIndexOf('/') + 1)
  if (wildcard < 0 || below.length < 2 || !auth.login) return null
  return [auth.login, ...(auth.register ? [auth.register] : [])].every(({ post }) => post.startsWith(below))
    ? below
    : null
}
