import type { CsrfAnswer, FactorAnswer } from '../../../contract/answers.js'
import { audit } from '../audit.js'
import { type GivenLogin, givingLogin, isInCookie } from '../login/give-login.js'
import { loginBodyOf, passwordLogin } from '../password-login/login.js'
import { assertRecent } from '../password-login/reauth.js'
import { type LoginRow, logins } from '../sessions/logins.js'
import { logoutOf } from '../sessions/logout.js'
import { authParts } from '../sessions/parts.js'
import { signedIn } from '../sessions/signed-in.js'
import { bodyAction, type EndpointAction, namedId, onlyRecent, orMissing } from './action.js'

/** `due`: the password was right, and a second factor has to be shown. */
export type LoginDone = GivenLogin | { due: FactorAnswer }

const login = bodyAction({
  body: loginBodyOf,
  run(kit) {
    const logIn = passwordLogin(kit)
    const give = givingLogin(kit)
    return async (req, res, given, by): Promise<LoginDone> => {
      const begun = await logIn(req, given, await isInCookie(kit, req, by))
      return 'mfa_token' in begun ? { due: begun } : give(req, res, by, begun)
    }
  },
  answer: (res, done) => res.json('due' in done ? done.due : done.answer),
})

const logout: EndpointAction = { make: logoutOf }

const csrf: EndpointAction<CsrfAnswer> = {
  make(kit) {
    const { cookies, csrf } = authParts(kit)
    return async (req, res) => {
      const { sessionId, id } = signedIn(kit, req)
      const csrfToken = csrf.of(sessionId, id)
      cookies.setCsrf(res, csrfToken)
      return { csrfToken }
    }
  },
  answer: (res, answer) => res.json(answer),
}

/** A user's logins. Like the two actions that end logins, only ever the caller's own (ASVS 7.5.2). */
const listSessions: EndpointAction<{ rows: LoginRow[]; current: string }> = {
  make(kit) {
    const { list } = logins(kit)
    return async (req) => {
      const { id, sessionId } = signedIn(kit, req)
      return { rows: await list(id), current: sessionId }
    }
  },
  answer: (res, { rows, current }) => res.json(rows.map((row) => ({ ...row, current: row.id === current }))),
}

const endOtherSessions: EndpointAction = {
  before: onlyRecent,
  make(kit) {
    const { endOthers } = logins(kit)
    return async (req) => {
      const { id, sessionId } = signedIn(kit, req)
      await endOthers(id, sessionId)
      await audit(kit.db, kit, req, 'session_revoked', id)
    }
  },
}

/** False: the login does not exist or has already ended. A page treats that as success. */
const endSession: EndpointAction<boolean> = {
  before: (kit) => async (req) => {
    if (req.params.id !== signedIn(kit, req).sessionId) await assertRecent(kit, req)
  },
  make(kit) {
    const { end } = logins(kit)
    return async (req, _res, by) => {
      const { id } = signedIn(kit, req)
      const isEnded = await end(id, namedId(req, by))
      if (isEnded) await audit(kit.db, kit, req, 'session_revoked', id)
      return isEnded
    }
  },
  answer: orMissing,
}

export const sessionActions = { login, logout, csrf, listSessions, endOtherSessions, endSession }
