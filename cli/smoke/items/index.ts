import type { Item } from '../item.js'
import { cookies } from './cookies.js'
import { csrf } from './csrf.js'
import { ready } from './deployment.js'
import { expiry } from './expiry.js'
import { foreignSite } from './foreign-site.js'
import { headers } from './headers.js'
import { logout } from './logout.js'
import { metrics, metricsClosed } from './metrics.js'
import { refresh, reused } from './refresh.js'
import { noEnumeration, register } from './register.js'
import { rows } from './rows.js'
import { demoLogin, switchedOff } from './switched-off.js'
import { throttle } from './throttle.js'
import { tokenClaims, tokenKinds } from './tokens.js'
import { verify } from './verify.js'
import { login } from './who.js'
import { closedRoutes } from './without-login.js'

/** The checklist, in the order in which it is tried. */
export const items: readonly Item[] = [
  ready,
  headers,
  closedRoutes,
  register,
  noEnumeration,
  verify,
  login,
  demoLogin,
  tokenClaims,
  tokenKinds,
  cookies,
  csrf,
  foreignSite,
  refresh,
  reused,
  rows,
  switchedOff,
  logout,
  expiry,
  metrics,
  metricsClosed,
  throttle,
]
