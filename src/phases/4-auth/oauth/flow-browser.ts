import { onePerApp } from '../../../core/one-per-app.js'
import { type BrowserCookie, browserCookie } from '../sessions/cookies/browser-cookie.js'
import { FLOW_MS } from './flows.js'

/** Recognises the browser that began a login. Lax whatever COOKIE_SAMESITE says: the provider sends it back from another site. */
export const flowBrowser = onePerApp(
  ({ settings }): BrowserCookie => browserCookie(settings, { name: 'oauth', ms: FLOW_MS, sameSite: 'lax' }),
)
