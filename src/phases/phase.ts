import type { RequestHandler } from 'express'
import type { Config } from '../core/config.js'
import type { Kit } from '../core/kit.js'
import type { Flag } from '../core/settings.js'

export type PhaseNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** One step from a single-user app to user two: what it adds, what it changes on purpose; what proves it stands in the `gate.ts` beside it. */
export interface Phase {
  number: PhaseNumber
  /** one lower-case word; check ids begin with it */
  name: string
  /** what it is for, in one sentence */
  purpose: string
  /** phases that must be GO before this one */
  needs: PhaseNumber[]
  /** in the order in which a request meets them */
  layers: Layer[]
  /** what it changes on purpose in the app of this configuration */
  differences(config: Config): Difference[]
}

/**
 * One protection. `outer` layers stand in front of the app; `matched` ones run on a route or mounted router
 * that the app itself has matched, where case, encoding and slashes are decided.
 */
export interface Layer {
  name: string
  place: 'outer' | 'matched'
  flag?: Flag
  /** @throws ConfigError when a setting or option it needs is wrong; all work that can be done before a request is done here */
  make(kit: Kit): RequestHandler
}

/** A wanted difference between the app as it was and the app at this phase, as the owner sees it. */
export interface Difference {
  /** method and route as the app declares it, `*` for any, e.g. `* /api/tasks/*` */
  route: string
  what: 'status' | 'header' | 'body'
  from?: string
  to?: string
  why: string
}
