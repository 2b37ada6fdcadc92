import { routesInSource, type SourceRoute } from '../../../reading/routes/routes-in-source.js'
import { routesTo } from '../../../reading/syntax/reach.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { templateOf } from '../../../reading/syntax/syntax.js'
import { locate, traverse } from '../../../reading/syntax/tree.js'
import { bodyFieldsIn } from '../reading/body-fields.js'
import { type BetterAuth, readBetterAuth } from './better-auth/read-better-auth.js'
import { type LoginFields, loginFieldsOf } from './login-fields.js'
import { passwordLines } from './password-lines.js'
import { findPassport, type Passport } from './read-passport.js'
import { findSessionStore, type SessionStore } from './read-store.js'
import { type NamedBy, usersInSession } from './read-user.js'
import { findTokens } from './token/read-token.js'

/** A login by express-session, by a token or by better-auth, as far as the sources show it. */
export interface SessionLogin {
  at: string
  store: SessionStore
  passport: Passport | null
  /** what may name the user of a request */
  users: NamedBy[]
  /** routes that may take the form of the login; of the registration */
  logins: LoginRoute[]
  registers: LoginRoute[]
  logouts: LoginRoute[]
  /** what the user must look over, as far as the sources show it */
  open: string[]
  /** absent: of another kind */
  betterAuth?: BetterAuth
}

/** A route of the login, with what its handlers read from the body. */
export interface LoginRoute {
  method: string
  path: string
  at: string
  fields: LoginFields
}

/** Reads a login by express-session, by better-auth, or by a token that a route answers with; null: the app has none. Nothing of it is run. */
export function readSessionLogin(sources: readonly Source[]): SessionLogin | null {
  const session = findSessionStore(sources)
  const betterAuth = session ? null : readBetterAuth(sources)
  if (betterAuth) return betterAuth
  const tokens = session ? null : findTokens(sources)
  const found = session ?? tokens
  if (!found) return null
  const routes = routesInSource(sources)
  const behind = routesTo(sources, routes)
  const lines = passwordLines(sources)
  const reaching = (places: readonly string[]) => new Set(places.flatMap(behind))
  const [compared, hashed] = [reaching(lines.compared), reaching(lines.hashed)]
  const [inserted, ended] = [reaching(lines.inserted), reaching(lines.ended)]
  const passport = tokens ? null : findPassport(sources, routes, behind)
  const posts = routes.filter(({ method }) => method === 'POST')
  const isRegister = (name: string) => hashed.has(name) && inserted.has(name)
  const isLogin = (route: SourceRoute) =>
    passport ? passport.logins.includes(route) : compared.has(nameOf(route)) && !isRegister(nameOf(route))
  const taking = (some: readonly SourceRoute[]) => some.map((route) => loginRoute(route, sources))
  const logins = taking(posts.filter(isLogin)).filter(({ fields }) => passport || !fields.changes)
  // A token may serve something else than the login of users.
  if (tokens && logins.length === 0) return null
  const registers = taking(
    posts.filter((route) => isRegister(nameOf(route)) && !passport?.logins.includes(route)),
  )
  const taken = new Set([...logins, ...registers].map(({ at }) => at))
  const logouts = routes.filter((route) => LEAVES.test(route.path) || ended.has(nameOf(route)))
  return {
    at: found.at,
    store: found.store,
    passport,
    users: tokens?.users ?? (passport ? [passport.user] : usersInSession(sources)),
    logins: named(logins, /log-?in|sign-?in|sessions?$/i),
    registers: named(registers, /register|registration|sign-?up|join|accounts?$|users?$/i),
    logouts: named(taking(logouts.filter(({ at }) => !taken.has(at))), LEAVES),
    open: [...loweredNames(sources), ...resets(posts, taken)],
  }
}

/** A path that ends a login. */
export const LEAVES = /log-?out|sign-?out/i
const nameOf = ({ method, path }: SourceRoute) => `${method} ${path}`

function loginRoute(
  { method, path, at, file, handlers }: SourceRoute,
  sources: readonly Source[],
): LoginRoute {
  const from = sources.find((one) => one.file === file)
  return { method, path, at, fields: loginFieldsOf(bodyFieldsIn(handlers, sources, from)) }
}

/** Those with a usual name, if any has one. */
function named(routes: LoginRoute[], usual: RegExp): LoginRoute[] {
  const found = routes.filter(({ path }) => usual.test(path))
  return found.length ? found : routes
}

/** `where lower(email) = $1` finds no row before a user is known: the setting for the database holds the value as it was given. */
function loweredNames(sources: readonly Source[]): string[] {
  const found: string[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const [, column] = /\bwhere\b[^;]*\blower\(\s*(?:\w+\.)?"?(\w*(?:mail|name|login))"?\s*\)\s*=/i.exec(
        templateOf(node, '?') ?? '',
      ) ?? [null]
      if (column)
        found.push(
          `${locate(file, node)}: lower(${column}) = … finds no row before a user is known: store ${column} in lower case, and compare it as it is`,
        )
    })
  return [...new Set(found)]
}

/** Routes that read a row of users for a client that is not logged in. */
function resets(posts: readonly SourceRoute[], taken: ReadonlySet<string>): string[] {
  return posts
    .filter(({ path, at }) => /reset|forgot|recover|verif|confirm|resend/i.test(path) && !taken.has(at))
    .map(
      (route) =>
        `${route.at}: if ${nameOf(route)} reads one row of users without a login, add it to auth.lookups.routes; what it writes to users is refused then (docs/how-to/keep-the-apps-own-login.md)`,
    )
}
