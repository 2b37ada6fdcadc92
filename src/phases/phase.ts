import type pg from 'pg'
import type { Config } from '../config/config.js'
import type { Flag } from '../config/settings.js'
import type { Kit, Setup } from '../core/kit.js'
import type { Handler } from '../express/handler.js'

export type PhaseNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** One step from a single-user app to user two: what it adds. What proves it is in the `gate.ts` of its checks. */
export interface Phase {
  number: PhaseNumber
  /** one lower-case word, of core/dial.ts; check ids begin with it */
  name: string
  /** its purpose, in one sentence */
  purpose: string
  /** phases that must be GO before this one */
  needs: PhaseNumber[]
  /** in the order in which a request meets them */
  layers: Layer[]
  /** called at a dial of this phase or above, once per wrapped app or worker: adds to the kit, and opens nothing */
  setup?(kit: Setup): Start | undefined
  /** called at a lower dial, 0 too: handles its schema, which may exist from a time when the dial was higher */
  below?(kit: Setup): Start | undefined
}

/**
 * What a phase does before the app is served, phase by phase, step by step. An active phase with any of these
 * steps needs the database; an inactive one uses it if it exists.
 * @throws ConfigError from each step, to stop the start
 */
export interface Start {
  /** loads what a setting needs, or checks what is loaded: this alone does not need the database */
  load?(): Promise<void>
  /** finds out how connections begin, before usertwo has one */
  connect?(): Promise<void>
  /** queries the database, in a transaction that is rolled back */
  read?(client: pg.Client): Promise<void>
  /** verifies the findings; no connection of usertwo is in a transaction now */
  verify?(): Promise<void>
}

/**
 * One protection. `outer` layers run in front of the app, `first` ones in front of those; `matched` ones run
 * on a route or mounted router that the app itself has matched, where case, encoding and slashes are decided. `param`
 * ones run before the callbacks of a router's parameters (`app.param`), when the path is known only as sent.
 */
export interface Layer {
  place: 'first' | 'outer' | 'matched' | 'param'
  flag?: Flag
  /** @throws ConfigError when a setting or option is wrong; null: nothing to do. Prepares as much as possible */
  make(kit: Kit): Handler | null
}

/** A layer of the toolkit's login, left out where the app keeps its own (`auth.by`). */
export const byUsertwo =
  (make: Layer['make']): Layer['make'] =>
  (kit) =>
    kit.config.auth.by === 'app' ? null : make(kit)

/** A layer that needs the user in front of the app: left out where the app itself names its user, behind its middleware. */
export const knownInFront =
  (make: Layer['make']): Layer['make'] =>
  (kit) =>
    namedBehind(kit.config) ? null : make(kit)

/** Whether `auth.user` names the user of a request, which only the app's own middleware can tell. */
export const namedBehind = ({ auth }: Pick<Config, 'auth'>): boolean => auth.by === 'app' && !auth.proxy

export const first = (make: Layer['make'], flag?: Flag): Layer => ({ place: 'first', make, flag })
export const outer = (make: Layer['make'], flag?: Flag): Layer => ({ place: 'outer', make, flag })
export const matched = (make: Layer['make']): Layer => ({ place: 'matched', make })
export const param = (make: Layer['make']): Layer => ({ place: 'param', make })
