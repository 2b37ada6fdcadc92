import type { Kit } from '../../../../core/kit.js'
import { headerOf, type Incoming, targetOf } from '../../../../express/handler.js'
import { sentPath } from '../../../../express/path.js'
import { isSwitch } from '../../../../express/server-events.js'
import { isUnder, linkPaths } from '../../mount.js'
import { cookieName, cookiePairs, cookieText } from '../credential.js'
import { loginOf } from '../login-state.js'
import { authParts } from '../parts.js'
import { sameOrigin, switchesFromOwnPage } from './same-origin.js'

const FORM = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export const isSafe = ({ method }: Pick<Incoming, 'method'>): boolean => SAFE.has(method)

/** `changed`: it comes from a page that was made for another user. */
export type CsrfVerdict = 'pass' | 'refuse' | 'changed'

type Origin = ReturnType<typeof sameOrigin>

/** Decides about a request to which the browser may have attached the login cookie by itself. */
export function csrfVerdict(kit: Kit): (req: Incoming) => CsrfVerdict | Promise<CsrfVerdict> {
  const { csrf } = authParts(kit)
  const { isForAnother, isPlanted } = pageToken(kit)
  const { auth } = kit.config
  const { CORS_ORIGINS: listed = [], TRUST_PROXY: hops } = kit.settings
  const links = linkPaths(kit)
  /** A refresh presents a token that no other site has. */
  const refresh = kit.settings.TOKEN_STYLE === 'refresh' ? `${auth.mount}/refresh` : null
  const originWill = kit.settings.AUTH_CSRF === 'origin'

  return (req) => {
    // A script cannot set headers of a WebSocket handshake, and a page of another origin may read the messages.
    if (isSwitch(req))
      return isPass(loginOf(req).cookieSession === null || switchesFromOwnPage(req, listed, hops))
    return isSafe(req) ? ofRead(req) : ofWrite(req)
  }

  function ofRead(req: Incoming): CsrfVerdict {
    const header = headerOf(req, 'x-csrf-token')
    // The auth API tells every page who is logged in now, so a page of the previous user may read it.
    const isChanged = !isUnder(req, auth.mount) && isForAnother(req, header) && !isPlanted(req, header!)
    return isChanged ? 'changed' : 'pass'
  }

  function ofWrite(req: Incoming): CsrfVerdict | Promise<CsrfVerdict> {
    const path = sentPath(targetOf(req))
    if (links.has(path)) return 'pass'
    const isOwn = isUnder(req, auth.mount) || isUnder(req, auth.pages)
    const from = sameOrigin(req, listed, hops)
    if (isOwn && from === 'no') return 'refuse'
    if (path === refresh) return 'pass'
    const { cookieSession } = loginOf(req)
    if (cookieSession === null) return isPass(!(from === 'hidden' && isOwn))
    return ofCookie(req, cookieSession, from)
  }

  function ofCookie(req: Incoming, session: string, from: Origin): CsrfVerdict | Promise<CsrfVerdict> {
    // A listed origin on another site may call with a bearer token; no cookie is attached from there.
    if (req.headers['sec-fetch-site'] === 'cross-site') return 'refuse'
    const header = headerOf(req, 'x-csrf-token')
    if (csrf.matches(session, header)) return 'pass'
    // A page of another origin cannot set this header, so a page of this one sent it, whatever token it read.
    if (header !== undefined && from === 'yes' && isPlanted(req, header)) return 'pass'
    if (from === 'yes' && isForAnother(req, header)) return 'changed'
    const onPages = isUnder(req, auth.pages)
    const originIsProof = from === 'yes' && (onPages || (!isUnder(req, auth.mount) && originWill))
    // A token of the same user's previous login, or one of the app's own: csurf, lusca and others use this header too.
    if (header !== undefined) return isPass(originIsProof)
    const isForm = FORM.test(headerOf(req, 'content-type') ?? '')
    if (!isForm) return isPass(originIsProof)
    const matches = (token: string) => csrf.matches(session, token)
    const isOfAnother = (token: string) => from === 'yes' && isForAnother(req, token)
    return formVerdict(req, matches, isOfAnother, originIsProof)
  }
}

/** Decides by the fields of a form. */
async function formVerdict(
  req: Incoming,
  matches: (token: string) => boolean,
  isOfAnother: (token: string) => boolean,
  otherwise: boolean,
): Promise<CsrfVerdict> {
  const { csrfFields } = await import('./csrf-field.js')
  const fields = await csrfFields(req)
  if (fields.some(matches)) return 'pass'
  return fields.some(isOfAnother) ? 'changed' : isPass(otherwise)
}

const isPass = (passes: boolean): CsrfVerdict => (passes ? 'pass' : 'refuse')

/** Tells for which user a page was made, by the CSRF token that it sends. */
interface PageToken {
  /** made for another user, whose page is still open in another tab */
  isForAnother(req: Incoming, token: string | undefined): boolean
  /** a sibling host planted a second cookie of this name, and the page read that one */
  isPlanted(req: Incoming, token: string): boolean
}

function pageToken(kit: Kit): PageToken {
  const { csrf, cookies } = authParts(kit)
  return {
    isForAnother(req, token) {
      const person = kit.userOf(req)
      if (!person || loginOf(req).cookieSession === null) return false
      const user = csrf.forWhom(token)
      return user !== null && user !== String(person.id)
    },
    isPlanted(req, token) {
      const session = loginOf(req).cookieSession
      const values = cookiePairs(req)
        .filter((pair) => cookieName(pair) === cookies.csrf)
        .map(cookieText)
      return (
        values.length > 1 && values.includes(token) && values.some((value) => csrf.matches(session!, value))
      )
    },
  }
}
