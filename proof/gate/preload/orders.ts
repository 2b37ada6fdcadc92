import type { Edit } from '../../../reading/syntax/edits.js'
import type { Config } from '../../../src/config/config.js'
import type { Replacement } from '../replace/replacing.js'
import type { FenceOrders } from './fence/orders.js'
import type { Redirects } from './modules/redirect.js'

/** What is asked of the app under test's process. */
export interface Orders {
  edits: Edit[]
  /** modules of the toolkit that are others; default: none */
  replace?: readonly Replacement[]
  /** file in which its processes note what of that they have called */
  calls?: string
  /** put on every answer of the process */
  signature?: string
  /** replaces what the app passes to usertwo(), for mutants of the configuration */
  config?: Config
  /** ms since 1970: the process's clock starts there and random numbers are seeded; absent: both are real */
  epoch?: number
  /** no pool of the process has more connections than this */
  pool?: number
  /** the clock stands at `epoch`, so that what a seed writes is the same each time */
  still?: boolean
  /** the layers are loaded before anything of the process: a test's time begins when they are there */
  early?: boolean
  /** file in which its processes note what their servers are asked, and answer */
  traffic?: string
  /** routes that are answered 404 for the app, as `POST /login` or `GET /old/:id` */
  withhold?: readonly string[]
  /** which servers the process may reach; absent: every one, as where a test starts an app itself */
  fence?: FenceOrders
}

/** What the process is told of it, in one environment variable that the preload takes out. */
export interface Told extends Omit<Orders, 'edits' | 'replace' | 'config' | 'fence'> {
  redirects: Redirects
  /** a mutant is in, or the gate's own edits are */
  edited: boolean
  /** file with the configuration that replaces what the app passes to usertwo() */
  config?: string
  /** socket on which the gate asks, and whose end is the end of the process */
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
