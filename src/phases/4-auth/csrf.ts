import type { RequestHandler } from 'express'
import type { Kit } from '../../core/kit.js'
import { Problem, sendProblem } from '../../core/problem.js'
import { isSwitch } from '../../express/server-events.js'
import { loginOf } from './login-state.js'
import { isReset, isUnder } from './mount.js'
import { authParts } from './parts.js'
import { sameOrigin } from './same-origin.js'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A cookie goes along with requests other sites start, so an unsafe request that brings the login in it must show
 * where it comes from: by the CSRF token in X-CSRF-Token, or on the app's routes, unless AUTH_CSRF=token, by its
 * origin. The pages of phase 5 are plain forms: their origin is looked at.
 */
export function csrf(kit: Kit): RequestHandler {
  const parts = authParts(kit)
  const { auth } = kit.config
  const listed = kit.settings.CORS_ORIGINS ?? []
  const originWill = kit.settings.AUTH_CSRF === 'origin'

  return function csrf(req, res, next) {
    const { cookieSession } = loginOf(req)
    if (isSwitch(req)) {
      // No script can set a header here, and the page of another origin may read what comes back.
      const own = sameOrigin(req, listed, kit.settings.TRUST_PROXY) === 'yes'
      return cookieSession === null || own ? next() : sendProblem(req, res, new Problem('csrf_failed'))
    }
    if (SAFE.has(req.method) || isReset(req, auth)) return next()
    const onAuth = isUnder(req, auth.mount)
    const from = sameOrigin(req, listed, kit.settings.TRUST_PROXY)
    const refuse = () => sendProblem(req, res, new Problem('csrf_failed'))
    const onPages = isUnder(req, auth.pages)
    if ((onAuth || onPages) && from === 'no') return refuse()
    if (cookieSession === null) return next()
    // A listed origin on another site may call with a bearer token; a cookie does not come along from there.
    if (req.get('sec-fetch-site') === 'cross-site') return refuse()
    if (parts.csrf.matches(cookieSession, req.get('x-csrf-token'))) return next()
    if (onPages) return from === 'yes' ? next() : refuse()
    if (!onAuth && originWill && from === 'yes' && req.get('x-csrf-token') === undefined) return next()
    refuse()
  }
}
