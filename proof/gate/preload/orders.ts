import type { Edit } from '../../../reading/syntax/edits.js'
import type { Config } from '../../../src/config/config.js'
import type { Replacement } from '../replace/replacing.js'
import type { FenceOrders } from './fence/orders.js'
import type { Redirects } from './modules/redirect.js'

/** Orders for the process of the app under test. */
export interface Orders {
  edits: Edit[]
  /** modules of usertwo to replace; default: none */
  replace?: readonly Replacement[]
  /** the file in which its processes record the calls of replaced functions */
  calls?: string
  /** a header for every answer of the process */
  signature?: string
  /** replaces what the app passes to usertwo(), for mutants of the configuration */
  config?: Config
  /** ms since 1970: the process's clock starts there and random numbers are seeded; absent: both are real */
  epoch?: number
  /** the maximum of connections in each pool of the process */
  pool?: number
  /** queries outside every request are noted, and waiting timers called when the gate asks */
  jobs?: boolean
  /** the clock stays at `epoch`, so that a seed always writes the same */
  still?: boolean
  /** the layers are loaded before any code of the process, so that a test's time limit begins afterwards */
  early?: boolean
  /** the file in which its processes record the requests to their servers, and the answers */
  traffic?: string
  /** routes that answer 404 in place of the app, as `POST /login` or `GET /old/:id` */
  withhold?: readonly string[]
  /** the servers that the process may reach; absent: all, as for a test that starts an app itself */
  fence?: FenceOrders
}

/** What the process is given of the orders, in one environment variable that the preload removes. */
export interface Told extends Omit<Orders, 'edits' | 'replace' | 'config' | 'fence'> {
  redirects: Redirects
  /** a mutant or an edit of the gate is in place */
  edited: boolean
  /** file with the configuration that replaces what the app passes to usertwo() */
  config?: string
  /** the socket for the gate's questions; when it closes, the process ends */
  line?: string
}

export const ORDERS = 'USERTWO_GATE_ORDERS'

/** Sets the clock (ms) and seeds the random numbers for one request; removed before the app sees it. */
export const CLOCK_HEADER = 'x-gate-clock'
/** `ID/COUNT`: the request is held until `COUNT` of that burst are there; removed before the app sees it. */
export const BURST_HEADER = 'x-gate-burst'
/** Notes which members of query and body the app reads of this request; removed before the app sees it. */
export const NAMES_HEADER = 'x-gate-names'
/** Names the app's route that answered, as declared. */
export const ROUTE_HEADER = 'x-gate-route'
/** Names the app's route, as declared, that called `next()` where no other route answered after it. */
export const PASSED_ON_HEADER = 'x-gate-passed-on'
/** Holds the process's signature: its preload answers 204, and the app sees nothing of it. */
export const PROBE_HEADER = 'x-gate-probe'

/** Shows which process answered. */
export const SIGNATURE_HEADER = 'x-gate-process'
