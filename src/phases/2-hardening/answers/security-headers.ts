import type { ServerResponse } from 'node:http'
import { admitsWithoutLogin, type Config } from '../../../config/config.js'
import { isHtml } from '../../../core/is-html.js'
import type { Kit } from '../../../core/kit.js'
import { packages } from '../../../core/packages.js'
import { isWithoutLogin } from '../../../core/person-of.js'
import { type Handler, targetOf } from '../../../express/handler.js'
import { wasPassedOn } from '../../../express/inner-app.js'
import { isAtOrBelow, sentPath } from '../../../express/path.js'
import { isSecretName } from '../../../redaction/secret-names.js'
import { isHttps } from '../requests/client-address.js'
import { allowNonces, withNonces } from './csp-nonce.js'
import { ownHeaders } from './own-headers.js'
import { recordedHeaders, settingHeaders } from './recorded-headers.js'

/** One year, in seconds. */
const HSTS = 'max-age=31536000; includeSubDomains'
const CSP = 'Content-Security-Policy'
const NOSNIFF = 'nosniff'
const REPORT_ONLY = 'Content-Security-Policy-Report-Only'
const FRAMES = 'X-Frame-Options'

/**
 * Other sites get only the origin. Not helmet's default `no-referrer`: a page with it sends its forms with
 * `Origin: null`, and over plain http nothing else shows that they come from the app.
 */
const REFERRER = 'strict-origin-when-cross-origin'
/** As silent to other sites as `no-referrer`, but forms of the page still say where they come from. */
const REFERRER_FOR_SILENT = 'same-origin'

const policy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
}

/** The text of a policy, written by helmet, which refuses unknown directives. Without ancestors it allows every frame. */
function policyText(...frameAncestors: string[]): string {
  const directives = { ...policy, ...(frameAncestors.length && { frameAncestors }) }
  const [[, text] = ['', '']] = recordedHeaders(
    packages.helmet.contentSecurityPolicy({ useDefaults: false, directives }),
  )
  return text
}

/** Whether a path is one of usertwo's: its API or its pages. The app answers there what usertwo does not know. */
export const isOwnPath = (config: Config, url: string): boolean => ownPaths(config)(url)

/** The same, for a configuration that is checked against many paths. None where the app keeps its own login. */
export function ownPaths({ auth }: Config): (url: string) => boolean {
  const { by, mount, pages } = auth
  if (by === 'app') return () => false
  return (url) => {
    const path = sentPath(url)
    return isAtOrBelow(path, mount) || isAtOrBelow(path, pages)
  }
}

/** A policy with `frame-ancestors` overrides X-Frame-Options, so it must say the same as the app does there. */
function framesOf(res: ServerResponse): 'SAMEORIGIN' | 'DENY' | 'own' {
  const frames = String(res.getHeader(FRAMES)).trim().toUpperCase()
  return frames === 'SAMEORIGIN' || frames === 'DENY' ? frames : 'own'
}

/** Whether the app's own policy says which sites may frame its answer; browsers obey it, and not X-Frame-Options. */
const namesFrames = (res: ServerResponse, names: readonly string[]) =>
  names.includes('content-security-policy') &&
  /(?:^|[;,])\s*frame-ancestors(?:\s|[;,]|$)/i.test(String(res.getHeader(CSP)))

/**
 * Security headers on every answer (helmet). The content security policy is enforced on usertwo's own pages
 * at once, on the app's pages from phase 7, and only reported until then; the app's own policy stays, and its
 * word on frames. HSTS is sent over https only. The app's own `no-referrer` becomes `same-origin` once there are
 * logins, unless the URL contains a secret, as that of a link does. `X-Powered-By` is removed. A set cookie keeps an answer from shared caches.
 */
export function securityHeaders({ config, settings, has, knowsPeople, onDispose }: Kit): Handler {
  onDispose(allowNonces())
  const setCommon = settingHeaders(
    recordedHeaders(
      packages.helmet.default({
        contentSecurityPolicy: false,
        strictTransportSecurity: false,
        referrerPolicy: { policy: REFERRER },
        // An SPA on another listed origin must be able to read what CORS allows.
        crossOriginResourcePolicy: { policy: settings.CORS_ORIGINS?.length ? 'same-site' : 'same-origin' },
      }),
    ),
  )
  const isOwn = ownPaths(config)
  const mayBeWithout = admitsWithoutLogin(config)
  const ownPolicy = policyText("'none'")
  const policies = { SAMEORIGIN: policyText("'self'"), DENY: policyText("'none'"), own: policyText() }
  const hops = settings.TRUST_PROXY
  // From legacy on the policy is enforced on the app's own pages too, because its old ones are off by then.
  const reportsOnly = !has('legacy')

  function writePolicy(res: ServerResponse, own: boolean): void {
    if (own) {
      if (!res.hasHeader(CSP)) res.setHeader(CSP, ownPolicy)
      return
    }
    if (!isHtml(res.getHeader('content-type'))) return
    const theirs = String(res.getHeader(CSP) ?? '')
    const appPolicy = withNonces(policies[framesOf(res)], res, theirs)
    if (reportsOnly) {
      if (!res.hasHeader(REPORT_ONLY)) res.setHeader(REPORT_ONLY, appPolicy)
    } else if (!theirs) res.setHeader(CSP, appPolicy)
    // Browsers obey both policies, so usertwo's makes the app's stricter, never looser.
    else res.appendHeader(CSP, appPolicy)
  }

  return function setSecurityHeaders(req, res, next) {
    const mayBeOwn = isOwn(targetOf(req))
    const secure = isHttps(req, hops)
    ownHeaders(res, (_res, names) => {
      const own = mayBeOwn && !wasPassedOn(req)
      // removeHeader deletes the entry even if it is not set, and V8 then reads the whole head more slowly.
      if (names.includes('x-powered-by')) res.removeHeader('X-Powered-By')
      if (res.getHeader('X-Content-Type-Options') !== NOSNIFF)
        res.setHeader('X-Content-Type-Options', NOSNIFF)
      if (secure) res.setHeader('Strict-Transport-Security', HSTS)
      else if (names.includes('strict-transport-security')) res.removeHeader('Strict-Transport-Security')
      if (holdsSecret(targetOf(req)) || (mayBeWithout && isWithoutLogin(req)))
        res.setHeader('Referrer-Policy', 'no-referrer')
      else if (knowsPeople && isSilent(res)) res.setHeader('Referrer-Policy', REFERRER_FOR_SILENT)
      if (!own && namesFrames(res, names)) res.removeHeader(FRAMES)
      writePolicy(res, own)
      if (names.includes('set-cookie')) keepFromCaches(res)
    })
    setCommon(res)
    next()
  }
}

/** Whether a URL must not be disclosed: its query has a value under a secret's name. */
function holdsSecret(url: string): boolean {
  const at = url.indexOf('?')
  return at >= 0 && [...new URLSearchParams(url.slice(at + 1)).keys()].some(isSecretName)
}

/** Whether the app's own helmet, or the app, set no-referrer: of several policies the last one counts. */
function isSilent(res: ServerResponse): boolean {
  const policy = String(res.getHeader('referrer-policy') ?? '')
  return policy !== REFERRER && policy.split(',').at(-1)!.trim().toLowerCase() === 'no-referrer'
}

/** A cookie in a shared cache would be served to the next client (ASVS 14.2.2). */
function keepFromCaches(res: ServerResponse): void {
  if (!/\b(?:private|no-store)\b/i.test(String(res.getHeader('cache-control') ?? '')))
    res.setHeader('Cache-Control', 'no-store')
}
