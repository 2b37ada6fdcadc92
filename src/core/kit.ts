import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { Addresses } from '../config/addresses.js'
import type { Config } from '../config/config.js'
import type { PhaseName } from '../config/dial.js'
import type { Settings } from '../config/settings.js'
import type { Clock } from './clock.js'
import type { Person, UserId } from './context.js'

/** What every layer gets; made once for each wrapped app. */
export interface Kit {
  config: Config
  settings: Settings
  /** usertwo's addresses as browsers see them; `config.auth` has those at which requests arrive */
  at: Addresses
  /** `settings.USERTWO_PHASE`, for texts; layers call `has` */
  dial: number
  /** whether a phase is on: the dial is at its number or above */
  has(phase: PhaseName): boolean
  /** whether users can log in: auth is on, and `USER_MGMT_ENABLED` */
  knowsPeople: boolean
  /** usertwo's own pool, as the login role; never the app's handle */
  db: Knex
  /** whether usertwo's own statements may be prepared by name; not behind a pooler */
  preparesStatements: boolean
  log: Logger
  /** the same for lines that contain only usertwo's own words or the app's source: nothing is redacted */
  ownLog: Logger
  clock: Clock
  /** the current user, as found by the auth layer; null for anonymous requests, or before phase 4 */
  userOf(req: IncomingMessage): Person | null
  /** records an error, redacted; answers nothing */
  report(error: unknown, req?: IncomingMessage): void
  /** whether registration without the claim code is open; with `invited` also for REGISTRATION=invite */
  registrationOpen(invited?: boolean): boolean
  /** prepares a new user's rows; the auth layer runs it in the registering transaction */
  registered(transaction: Knex.Transaction, id: UserId): Promise<void>
  /**
   * counts an event, of the audit or similar: if `on` is a transaction, once it has committed; absent without METRICS
   *
   * @param by of a login: what it was proved by
   */
  count?(what: string, on?: Knex, by?: string): void
  /** how many passwords wait to be hashed, and how many are; absent until the login is used, and below phase 4 */
  hashing?: { waiting(): number; running(): number }
  /** closes timers, pools and workers when the wrapped app is disposed, the last opened first */
  onDispose(close: () => Promise<void>): void
}

/** What a phase adds before the app is served. Nothing here connects to anything. */
export interface Setup extends Kit {
  /** resolves when the database has been checked, and the app may serve; rejects when it may not */
  ready(): Promise<void>
  /** why a recorded GO does not apply to the app as it is, null when it does; see record/at-start.ts */
  recordProblem(
    phase: number,
    config: string,
    schema: Readonly<Record<string, string>> | null,
    open?: readonly string[],
  ): string | null
  /** why registration without the claim code is closed, also with an invitation; null: it is open */
  closeRegistration(why: string | null): void
  /** runs inside the registering transaction: prepares a new user's rows */
  onRegistered(prepare: (transaction: Knex.Transaction, id: UserId) => Promise<void>): void
  /** called first for every request, at dial 0 too; true: it has answered */
  onArrival(refuse: (req: IncomingMessage, res: ServerResponse) => boolean): void
  /** called with an error of the app before the app's own error handler */
  onFailed(note: (error: unknown, res: ServerResponse) => void): void
  /** called with the server that `listen` has made */
  onServer(prepare: (server: Server) => void): void
  /** names errors that are not faults: they are not reported */
  excuse(isExcused: (error: unknown) => boolean): void
  /** names the statement of a text that changes the schema, where the app may not; absent: it may */
  schemaChange?(text: string): string | null
}
