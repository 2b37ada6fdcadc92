import type { Item } from '../item.js'
import { cookieItem } from './cookies.js'
import { csrfItem } from './csrf.js'
import { ready, replicas } from './deployment.js'
import { expiry } from './expiry.js'
import { foreignSite } from './foreign-site.js'
import { headers } from './headers.js'
import { logout } from './logout.js'
import { closedMetricsItem, metrics } from './metrics.js'
import { publicAddress } from './public-address.js'
import { refreshItem, reused } from './refresh.js'
import { enumerationItem, register } from './register.js'
import { rows } from './rows.js'
import { demoLogin, switchedOff } from './switched-off.js'
import { throttle } from './throttle.js'
import { tokenClaims, tokenKindsItem } from './tokens.js'
import { verifyItem } from './verify.js'
import { login } from './who.js'
import { closedRoutes } from './without-login.js'

/** The checklist, in the order in which it is tried. */
export const items: readonly Item[] = [
  ready,
  headers,
  closedRoutes,
  register,
  enumerationItem,
  verifyItem,
  replicas,
  login,
  demoLogin,
  tokenClaims,
  tokenKindsItem,
  cookieItem,
  csrfItem,
  foreignSite,
  publicAddress,
  refreshItem,
  reused,
  rows,
  switchedOff,
  logout,
  expiry,
  metrics,
  closedMetricsItem,
  throttle,
]
