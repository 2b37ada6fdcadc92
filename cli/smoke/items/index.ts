import type { Item } from '../item.js'
import { enumerationItem, login, register, throttle, verifyItem } from './accounts.js'
import { closedRoutes, demoLogin, switchedOff } from './closed.js'
import { cookieItem, csrfItem, foreignSite } from './cookies.js'
import { closedMetricsItem, headers, metrics, publicAddress, ready, replicas } from './deployment.js'
import { rows } from './rows.js'
import { expiry, logout, refreshItem, reused, tokenClaims, tokenKindsItem } from './tokens.js'

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
