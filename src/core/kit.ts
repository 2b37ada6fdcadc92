import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { Config } from '../config/config.js'
import type { PhaseName } from '../config/dial.js'
import type { Settings } from '../config/settings.js'
import type { Clock } from './clock.js'
import type { Person, UserId } from './context.js'

/** What every layer is given; made once for each wrapped app. */
export interface Kit {
  config: Config
  settings: Settings
  /** `settings.USERTWO_PHASE`, for texts; a layer asks `has` */
  dial: number
  /** whether a phase is on: the dial is at its number or above */
  has(phase: PhaseName): boolean
  /** whether people can log in: auth is on, and `USER_MGMT_ENABLED` */
  knowsPeople: boolean
  /** the toolkit's own pool, as the login role; never the app's handle */
  db: Knex
  /** whether the toolkit's own statements may be kept by name; not behind a pooler */
  preparesStatements: boolean
  log: Logger
  /** the same for lines of which every word is the toolkit's own or of the app's source: nothing is redacted */
  ownLog: Logger
  clock: Clock
  /** who is logged in, as the auth layer found; null when nobody is, or before phase 4 */
  userOf(req: IncomingMessage): Person | null
  /** notes an error, redacted; answers nothing */
  report(error: unknown, req?: IncomingMessage): void
  /** whether somebody without the claim code may register: REGISTRATION=open, and nothing has closed it; who was `invited`
   * may with REGISTRATION=invite too */
  registrationOpen(invited?: boolean): boolean
  /** prepares a new user's rows, for the auth layer to run in the registering transaction */
  registered(transaction: Knex.Transaction, id: UserId): Promise<void>
  /** counts what happened, an event of the audit or of its kind: where `on` is a transaction, once it has committed; absent: nobody asks (METRICS) */
  count?(what: string, on?: Knex): void
  /** closes what was opened (timers, pools, workers) when the wrapped app is disposed, the last first */
  onDispose(close: () => Promise<void>): void
}

/** What a phase adds before the app is served. Nothing here connects to anything. */
export interface Setup extends Kit {
  /** resolves when the database has been looked at, and the app may serve; rejects when it may not */
  ready(): Promise<void>
  /** why a recorded GO does not speak for the app as it is, null when it does; see record/at-start.ts */
  recordProblem(
    phase: number,
    config: { print: string; older: string },
    schema: { own: Readonly<Record<string, string>>; older: readonly string[] } | null,
    open?: readonly string[],
  ): string | null
  /** why nobody may register without the claim code, nor with an invitation; null: they may */
  closeRegistration(why: string | null): void
  /** runs inside the registering transaction: prepares a new user's rows */
  onRegistered(prepare: (transaction: Knex.Transaction, id: UserId) => Promise<void>): void
  /** asked first of every request, at dial 0 too; true: it has answered */
  onArrival(refuse: (req: IncomingMessage, res: ServerResponse) => boolean): void
  /** told of what fails in the app before its own error handler is */
  onFailed(note: (error: unknown, res: ServerResponse) => void): void
  /** given the server that `listen` has made */
  onServer(prepare: (server: Server) => void): void
  /** names errors that are nobody's fault: they are not reported */
  excuse(isExcused: (error: unknown) => boolean): void
  /** names the statement of a text that changes the schema, where the app may not; absent: it may */
  schemaChange?(text: string): string | null
}
