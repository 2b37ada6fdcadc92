import type { Kit } from '../../../../core/kit.js'
import { Problem, sendProblem } from '../../../../core/problem.js'
import { type Handler, headerOf, targetOf } from '../../../../express/handler.js'
import { sentPath } from '../../../../express/path.js'
import { isSwitch } from '../../../../express/server-events.js'
import { isUnder, usesLink } from '../../mount.js'
import { authParts } from '../../parts.js'
import { cookieName, cookiePairs, cookieText } from '../credential.js'
import { loginOf } from '../login-state.js'
import { sameOrigin, switchesFromOwnPage } from './same-origin.js'

const FORM = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A cookie goes along with requests other sites start, so an unsafe request that brings the login in it must show
 * where it comes from: on the app's routes and the pages of phase 5 by what the browser says of its origin; else, on
 * the auth API, and with AUTH_CSRF=token on the app's routes too, by the CSRF token in X-CSRF-Token or in a form's
 * field `_csrf`. Login, claim and logout from nowhere (`Origin: null`) are refused without a login too: it could be
 * somebody else's account that a visitor is put into. What a page sends that was made for another person is refused
 * with 409, whatever proves where it comes from, and so is what it reads.
 */
export function csrf(kit: Kit): Handler {
  const parts = authParts(kit)
  const { auth } = kit.config
  const listed = kit.settings.CORS_ORIGINS ?? []
  const hops = kit.settings.TRUST_PROXY
  /** A refresh shows a token that no other site has. */
  const refreshes = kit.settings.TOKEN_STYLE === 'refresh'
  const originWill = kit.settings.AUTH_CSRF === 'origin'

  return function csrf(req, res, next) {
    const isRead = SAFE.has(req.method)
    const header = headerOf(req, 'x-csrf-token')
    if (isRead && header === undefined && !isSwitch(req)) return next()
    const { cookieSession } = loginOf(req)
    const refuse = () => {
      import('../../throttle/refusals.js').then(
        ({ noteRefusal }) => noteRefusal(kit, req, 'csrf_refused'),
        kit.report,
      )
      return sendProblem(req, res, new Problem('csrf_failed'))
    }
    if (isSwitch(req)) {
      // No script can set a header here, and the page of another origin may read what comes back.
      return cookieSession === null || switchesFromOwnPage(req, listed, hops) ? next() : refuse()
    }
    const person = kit.userOf(req)
    /** Made for somebody else: a page of theirs that is still open, in another tab. */
    const isForAnother = (token: string | undefined) => {
      const user = person && cookieSession !== null ? parts.csrf.forWhom(token) : null
      return user !== null && user !== String(person!.id)
    }
    /** A sibling host planted a second cookie of this name, and the page read that one. */
    const isPlanted = () => {
      const values = cookiePairs(req)
        .filter((pair) => cookieName(pair) === parts.cookies.csrf)
        .map(cookieText)
      return (
        values.length > 1 &&
        values.includes(header!) &&
        values.some((value) => parts.csrf.matches(cookieSession!, value))
      )
    }
    const changed = () =>
      import('../../accounts/user-changed.js').then(({ sendUserChanged }) => sendUserChanged(kit, req, res))
    const onAuth = isUnder(req, auth.mount)
    // Who is logged in now, the auth API tells whoever asks.
    if (isRead) return !onAuth && isForAnother(header) && !isPlanted() ? changed() : next()
    if (usesLink(req, auth)) return next()
    const onPages = isUnder(req, auth.pages)
    const from = sameOrigin(req, listed, hops)
    if ((onAuth || onPages) && from === 'no') return refuse()
    if (refreshes && sentPath(targetOf(req)) === `${auth.mount}/refresh`) return next()
    if (cookieSession === null) return from === 'hidden' && (onAuth || onPages) ? refuse() : next()
    // A listed origin on another site may call with a bearer token; a cookie does not come along from there.
    if (req.headers['sec-fetch-site'] === 'cross-site') return refuse()
    if (parts.csrf.matches(cookieSession, header)) return next()
    // A request of another origin cannot set this header, so a page of this one sent it, whatever it read.
    if (header !== undefined && from === 'yes' && isPlanted()) return next()
    if (from === 'yes' && isForAnother(header)) return changed()
    const originIsProof = from === 'yes' && (onPages || (!onAuth && originWill))
    if (header !== undefined) {
      // Of the same person's login before this one.
      const isTheirs = originIsProof && parts.csrf.forWhom(header) !== null
      return isTheirs || (onPages && originIsProof) ? next() : refuse()
    }
    const isForm = FORM.test(headerOf(req, 'content-type') ?? '')
    if (!isForm) return originIsProof ? next() : refuse()
    const fieldsOf = import('./csrf-field.js')
    return fieldsOf.then(async ({ csrfFields }) => {
      const fields = await csrfFields(req)
      if (fields.some((field) => parts.csrf.matches(cookieSession, field))) return next()
      if (from === 'yes' && fields.some(isForAnother)) return changed()
      return originIsProof ? next() : refuse()
    })
  }
}
