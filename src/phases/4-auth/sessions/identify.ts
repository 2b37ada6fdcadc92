import type { ServerResponse } from 'node:http'
import { admitsWithoutLogin } from '../../../config/config.js'
import type { Person } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { isWithoutLogin, rememberPerson } from '../../../core/person-of.js'
import { Problem } from '../../../core/problem.js'
import { tracing } from '../../../core/process/tracing.js'
import { type Handler, type Incoming, type Next, targetOf } from '../../../express/handler.js'
import { isNavigation } from '../../../express/navigation.js'
import { readPath } from '../../../express/path.js'
import { isPublic } from '../../../express/public-route.js'
import { isUnder } from '../mount.js'
import type { AccessClaims } from './access-token.js'
import { checksRights } from './confirmed.js'
import { type Credential, SeveralCookies, takeCredential } from './credential.js'
import {
  carriedTokens,
  LoginState,
  rememberDevice,
  rememberLinkCookie,
  rememberLogin,
  rememberLoginCookie,
} from './login-state.js'
import { authParts } from './parts.js'
import { isToken } from './tokens/token-text.js'

interface Known {
  /** null for a personal token: it is not a login that could be logged out */
  claims: AccessClaims | null
  person: Person
}

/**
 * Resolves the user of a request from the bearer header or the login cookie. Both are checked against the
 * database each time, so that a logout takes effect everywhere at once. Removes the credentials from the
 * request. Refuses only a request with two different users, or one whose user cannot be looked up.
 */
export function identify(kit: Kit): Handler {
  const { tokens, lookUp, cookies } = authParts(kit)
  const { login: cookie, device, link } = cookies
  const places = { header: kit.config.auth.header, cookie, device, link }
  const open = isPublic(kit.config)
  const { mount, pages, lookUpEvery, ownCalls } = kit.config.auth
  let tokenLogin: ((req: Incoming, token: string) => Promise<Person | null>) | undefined
  const inCookie = kit.settings.AUTH_COOKIE_REFRESH
  const formerly = inCookie ? tokens.former : tokens.verify
  const isChecked = checksRights(kit.config)
  /** A user who has just changed something by the auth API sees the change; rights are checked by the rows of now. */
  const asksAnew = (req: Incoming) =>
    isUnder(req, mount) || isUnder(req, pages) || isChecked(req.method, readPath(targetOf(req)))

  /** Two credentials, and a personal token, are always looked up. */
  const remembered = (req: Incoming, { header, cookie }: Credential): Known | null => {
    if (header !== null && cookie !== null) return null
    const claims = tokens.verify(header ?? cookie ?? '')
    const person = claims && lookUp.remembered(claims)
    return person && !asksAnew(req) ? { claims, person } : null
  }

  const known = async (_: Incoming, token: string): Promise<Known | null> => {
    const claims = token ? tokens.verify(token) : null
    const person = claims && (await lookUp.find(claims))
    return claims && person ? { claims, person } : null
  }

  /** A personal token is valid for the app, but not at the auth API or its pages (see docs/reference/roles.md). */
  const knownByToken = async (req: Incoming, token: string): Promise<Known | null> => {
    if (isUnder(req, mount) || isUnder(req, pages)) return null
    tokenLogin ??= (await import('./tokens/token-login.js')).tokenLogin(kit)
    const person = await tokenLogin(req, token)
    return person && { claims: null, person }
  }

  const recognise = async (req: Incoming, { header, cookie }: Credential): Promise<boolean> => {
    const byHeader = header === null ? null : await (isToken(header) ? knownByToken : known)(req, header)
    const byCookie = cookie === null ? null : await known(req, cookie)
    if (byHeader && byCookie && byHeader.person.id !== byCookie.person.id)
      throw new Problem('invalid_request', 'The header and the cookie are logins of different people.')
    const accepted = header === null ? byCookie : byHeader
    if (accepted) rememberPerson(req, accepted.person)
    if (accepted && ownCalls) carriedTokens.set(req, header ?? cookie!)
    rememberLogin(
      req,
      new LoginState(
        accepted ? 'accepted' : 'refused',
        byCookie?.claims?.sid,
        accepted?.claims,
        accepted || !cookie ? null : formerly(cookie),
      ),
    )
    return accepted !== null
  }

  function failed(error: unknown, req: Incoming, res: ServerResponse, next: Next): void {
    if (error instanceof SeveralCookies && (isNavigation(req) || isUnder(req, kit.config.auth.pages))) {
      // A user in a browser cannot fix that, so they are logged out and log in again.
      cookies.clearAll(req, res)
      rememberLogin(req, new LoginState('refused'))
      next()
    } else if (error instanceof Problem) next(error)
    else {
      kit.report(error, req)
      // A user who cannot be looked up is anonymous, never the owner; public routes still answer.
      next(open(req) ? undefined : new Problem('unavailable'))
    }
  }

  const mayBeWithout = admitsWithoutLogin(kit.config)

  return function identify(req, res, next) {
    if (mayBeWithout && isWithoutLogin(req)) return next()
    let credential: Credential
    try {
      credential = takeCredential(req, places, tokens, kit.has('isolation'))
    } catch (error) {
      return failed(error, req, res, next)
    }
    if (credential.device !== null) rememberDevice(req, credential.device)
    if (credential.link !== null) rememberLinkCookie(req, credential.link)
    // The login cookie says which refresh cookie belongs to this browser's login.
    if (inCookie && credential.cookie !== null && isUnder(req, mount))
      rememberLoginCookie(req, credential.cookie)
    if (credential.header === null && credential.cookie === null) return next()
    const span = tracing()?.begin('usertwo.identify')
    const found = lookUpEvery > 0 ? remembered(req, credential) : null
    if (found) {
      const { claims, person } = found
      rememberPerson(req, person)
      if (ownCalls) carriedTokens.set(req, credential.header ?? credential.cookie!)
      rememberLogin(
        req,
        new LoginState('accepted', credential.cookie === null ? null : claims!.sid, claims, null, true),
      )
      span?.note('usertwo.outcome', 'accepted')
      span?.end()
      return next()
    }
    return recognise(req, credential).then(
      (accepted) => {
        span?.note('usertwo.outcome', accepted ? 'accepted' : 'refused')
        span?.end()
        next()
      },
      (error) => {
        span?.fail(error)
        span?.end()
        failed(error, req, res, next)
      },
    )
  }
}
