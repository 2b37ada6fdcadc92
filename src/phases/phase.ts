import type pg from 'pg'
import type { Flag } from '../config/settings.js'
import type { Kit, Setup } from '../core/kit.js'
import type { Handler } from '../express/handler.js'

export type PhaseNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** One step from a single-user app to user two: what it adds; what it changes on purpose, and what proves it, stands in the `gate.ts` beside it. */
export interface Phase {
  number: PhaseNumber
  /** one lower-case word, of core/dial.ts; check ids begin with it */
  name: string
  /** what it is for, in one sentence */
  purpose: string
  /** phases that must be GO before this one */
  needs: PhaseNumber[]
  /** in the order in which a request meets them */
  layers: Layer[]
  /** at a dial of this phase or above, once a wrapped app or worker: adds to the kit, and opens nothing */
  setup?(kit: Setup): Start | undefined
  /** at a lower dial, 0 too: what its schema asks for, which may be there from a time when the dial was higher */
  below?(kit: Setup): Start | undefined
}

/**
 * What a phase does before the app is served, phase by phase, step by step. One that is on and has any of it needs the
 * database; a phase that is not, looks if it is there.
 * @throws ConfigError, each, to stop the start
 */
export interface Start {
  /** loads what a setting asks for, or looks at what is loaded: for this alone the database is not needed */
  load?(): Promise<void>
  /** finds out how connections begin, before the toolkit has one */
  connect?(): Promise<void>
  /** asks the database, in a transaction that is rolled back */
  read?(client: pg.Client): Promise<void>
  /** tries what was found out; no connection of the toolkit is in a transaction now */
  verify?(): Promise<void>
}

/**
 * One protection. `outer` layers stand in front of the app, `first` ones in front of those; `matched` ones run on a route or
 * mounted router that the app itself has matched, where case, encoding and slashes are decided.
 */
export interface Layer {
  place: 'first' | 'outer' | 'matched'
  flag?: Flag
  /** @throws ConfigError when a setting or option it needs is wrong; all work that can be done before a request is done here; null: there is nothing to do */
  make(kit: Kit): Handler | null
}

export const first = (make: Layer['make'], flag?: Flag): Layer => ({ place: 'first', make, flag })
export const outer = (make: Layer['make'], flag?: Flag): Layer => ({ place: 'outer', make, flag })
export const matched = (make: Layer['make']): Layer => ({ place: 'matched', make })
