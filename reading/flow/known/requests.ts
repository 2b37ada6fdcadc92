import { type Machine, runCallbacks } from '../machine.js'
import { type CallSite, OPAQUE, object, type RequestValue, unknown, type Value } from '../values.js'

const FROM_CLIENT = /^(body|query|params|headers|cookies|signedCookies|files?)$/
/** What also holds the query. */
const ADDRESS = /^(?:url|originalUrl)$/
/** Calls that read the body as it comes. */
const READS_BODY = /^(?:on|once|pipe|resume)$/
/** Properties set by Express, Node or the login. They reach no rows. */
const HARMLESS =
  /^(user|users?_?id|uid|session|sessionID|auth|account|currentUser|me|member|token|payload|jwt|decoded|id|ip|ips|method|path|url|originalUrl|baseUrl|hostname|host|protocol|secure|xhr|route|socket|connection|log|logger|t|i18n|locale|fresh|stale|subdomains|rawBody|requestId|complete|res)$/i

/** Returns a property of the request that the app itself has not set. */
export function requestMember(m: Machine, name: string | null): Value {
  if (name === null || FROM_CLIENT.test(name) || ADDRESS.test(name)) m.track.parts.add(name ?? '…')
  if (name === null) return OPAQUE
  if (FROM_CLIENT.test(name)) return { kind: 'part', part: name }
  if (name === 'app') return m.app
  return HARMLESS.test(name) || /user/i.test(name) ? OPAQUE : unknown(`req.${name}`)
}

export function requestCall(
  m: Machine,
  of: RequestValue,
  name: string,
  args: Value[],
  site: CallSite,
): Value {
  if (/^(get|header|param)$/.test(name)) return requestMember(m, name === 'param' ? 'params' : 'headers')
  if (READS_BODY.test(name)) m.track.parts.add('body')
  runCallbacks(m, args, [OPAQUE, OPAQUE], site)
  const member = requestMember(m, name)
  if (member.kind !== 'unknown' || IS_METHOD.test(name)) return OPAQUE
  return m.call(m.get(of, name, site), of, args, site)
}

const IS_METHOD =
  /^(accepts\w*|is|range|on|once|pipe|setTimeout|destroy|flash|log[iI]n|log[oO]ut|isAuthenticated|isUnauthenticated|csrfToken|checkBody|checkParams|validationErrors|assert|sanitize\w*|removeListener|resume|pause|unpipe|setEncoding|setLocale|__)$/

/** Returns `res`, with an empty `locals` that the app can fill. */
export function response(m: Machine): Value {
  const made: Value = { kind: 'opaque', functions: [] }
  m.set(made, 'locals', object())
  return made
}
