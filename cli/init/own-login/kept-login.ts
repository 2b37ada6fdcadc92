import type { Source } from '../../../reading/syntax/sources.js'
import { CannotGoOn } from '../cannot-go-on.js'
import { findOwnLogin, mayBeAtMount, type OwnLogin, ownLogin } from '../reading/own-login.js'
import type { AppRedis } from '../redis/app-redis.js'
import { readSessionLogin, type SessionLogin } from './read-login.js'
import { unreadable } from './tried-login.js'

/** A login of the app's own: one that it keeps, or one that usertwo's may take the place of. */
interface OwnLogins {
  login: OwnLogin | null
  /** what the sources show of a login by express-session, a token or better-auth, which the app keeps; null: of another kind, or too little */
  session: SessionLogin | null
}

const BY_SESSION = /^(?:its session|passport|jsonwebtoken|jose|better-auth)$/

/**
 * Finds the app's own login.
 * @param mount where usertwo answers from phase 4
 * @param redis where its sessions may be; null: it has no Redis
 * @throws ConfigError for one that can neither be kept nor be replaced
 */
export function ownLoginIn(sources: readonly Source[], mount: string, redis: AppRedis | null): OwnLogins {
  const read = readSessionLogin(sources)
  const why = read && missingOf(read, redis)
  const session = why === null ? read : null
  const login = findOwnLogin(sources) ?? (session && { by: 'its session', at: session.at })
  // Its handler may be where usertwo answers, but the app asks better-auth for the user itself.
  if (login && !session && (read?.betterAuth || !mayBeAtMount(sources, mount)))
    throw read && why && BY_SESSION.test(login.by) ? unreadable(read, why) : new CannotGoOn(ownLogin(login))
  return { login, session }
}

/** Whether every route that may be its login is where usertwo answers from phase 4. */
export const isBelow = ({ logins }: SessionLogin, mount: string) =>
  logins.every(({ path }) => `${path}/`.startsWith(`${mount}/`))

/** Why the sources show too little; null: they show enough. */
function missingOf(
  { store, passport, logins, users, betterAuth }: SessionLogin,
  redis: AppRedis | null,
): string | null {
  if (betterAuth) return betterAuth.why
  if (store.kind === 'other')
    return `its sessions are kept by ${store.name} (${store.at}), and init does not know where that stores them`
  if (store.kind === 'connect-redis' && redis?.missing)
    return `its sessions are in a Redis (${store.at}), ${redis.missing}`
  if (passport && logins.length === 0 && !passport.strategies.includes('passport-local'))
    return `it logs in by ${passport.strategies.join(', ') || 'a strategy that was not found'}, and a gate logs in by a form alone`
  if (logins.length === 0) return 'no POST route was found that compares a password'
  if (users.length === 0)
    return store.kind === 'token'
      ? 'nothing in the sources puts the claims of the token, or the id of a user, on the request'
      : 'nothing in the sources puts the id of a user into req.session'
  return null
}
