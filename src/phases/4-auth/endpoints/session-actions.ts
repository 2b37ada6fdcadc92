import type { CsrfAnswer } from '../../../contract/answers.js'
import { Problem } from '../../../core/problem.js'
import { audit } from '../audit.js'
import { authParts } from '../parts.js'
import { assertRecent } from '../passwords/reauth.js'
import { loginBodyOf, passwordLogin } from '../sessions/login.js'
import { loginParts } from '../sessions/login-parts.js'
import type { LoginRow } from '../sessions/logins.js'
import { logoutOf } from '../sessions/logout.js'
import { signedIn } from '../sessions/signed-in.js'
import { tokenStyle } from '../sessions/token-style.js'
import { bodyAction, type EndpointAction } from './action.js'

const login = bodyAction({
  body: loginBodyOf,
  run(kit) {
    const { cookies } = authParts(kit)
    const { devices } = loginParts(kit)
    const logIn = passwordLogin(kit)
    return async (req, res, given, by) => {
      const style = await tokenStyle(kit)
      // usertwo's own script in a page keeps no token: it asks for the cookie that a page would get.
      const toPage = by === 'form' || req.body.in_cookie === true
      const begun = await logIn(req, given, toPage || style.refresh !== 'body')
      const answer = toPage ? style.giveToPage(res, begun.login) : style.give(res, begun.login)
      if (begun.device !== null) cookies.setDevice(res, begun.device, devices.life)
      return { answer, csrfToken: begun.csrfToken }
    }
  },
  answer: (res, { answer }) => res.json(answer),
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
    const { logins } = loginParts(kit)
    return async (req) => {
      const { id, sessionId } = signedIn(kit, req)
      return { rows: await logins.list(id), current: sessionId }
    }
  },
  answer: (res, { rows, current }) => res.json(rows.map((row) => ({ ...row, current: row.id === current }))),
}

const endOtherSessions: EndpointAction = {
  before: (kit) => async (req) => {
    signedIn(kit, req)
    await assertRecent(kit, req)
  },
  make(kit) {
    const { logins } = loginParts(kit)
    return async (req) => {
      const { id, sessionId } = signedIn(kit, req)
      await logins.endOthers(id, sessionId)
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
    const { logins } = loginParts(kit)
    return async (req, _res, by) => {
      const { id } = signedIn(kit, req)
      const isEnded = await logins.end(id, String(by === 'form' ? req.body.id : req.params.id))
      if (isEnded) await audit(kit.db, kit, req, 'session_revoked', id)
      return isEnded
    }
  },
  answer(res, isEnded) {
    if (!isEnded) throw new Problem('not_found')
    res.status(204).end()
  },
}

export const sessionActions = { login, logout, csrf, listSessions, endOtherSessions, endSession }
