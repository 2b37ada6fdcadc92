import type { Request } from 'express'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { Clock } from './clock.js'
import type { Config } from './config.js'
import type { Person, UserId } from './context.js'
import type { Settings } from './settings.js'

/** What every layer is given; made once for each wrapped app. */
export interface Kit {
  config: Config
  settings: Settings
  /** `settings.USERTWO_PHASE`: layers of phases up to it are active */
  dial: number
  /** the toolkit's own pool, as the login role; never the app's handle */
  db: Knex
  log: Logger
  clock: Clock
  /** who is logged in, as the auth layer found; null when nobody is, or before phase 4 */
  userOf(req: Request): Person | null
  /** notes an error, redacted; answers nothing */
  report(error: unknown, req?: Request): void
  /** whether somebody without the claim code may register: REGISTRATION=open, dial ≥ 6 and a matching recorded GO */
  registrationOpen(): boolean
  /** runs inside the registering transaction, for phases above auth that prepare a new user's rows */
  onRegistered(prepare: (transaction: Knex.Transaction, id: UserId) => Promise<void>): void
  /** those, for the auth layer to run */
  registered(transaction: Knex.Transaction, id: UserId): Promise<void>
  /** closes what a layer opened (timers, pools, workers) when the wrapped app is disposed */
  onDispose(close: () => Promise<void>): void
}
