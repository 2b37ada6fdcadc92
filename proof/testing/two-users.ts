import { phases } from '../../src/phases/index.js'
import type { Member, Target, Visitor } from '../gate/gate.js'
import { loadProject } from '../gate/project.js'
import { openSession } from '../gate/session.js'
import { openTemplates } from '../gate/templates.js'

export interface TwoUsersOptions {
  /** The configuration's file, or its folder. Default: the working directory. */
  config?: string
  /** The dial, 6 to 8: below 6 the app has one user. Default: the last. */
  phase?: number
  /** A plain-SQL dump to load in place of the app's own migrations and seed. Default: none. */
  dump?: string
  /** Variables for the app, in addition to `app.env` of the configuration. Default: none. */
  env?: Record<string, string>
  /** The machine's clock and real random numbers. Default: those of the gate, the same in every run. */
  realTime?: boolean
}

/** Two users and an anonymous client, on a running copy of the app. */
export interface TwoUsers {
  /** Has claimed the data that was there before. */
  owner: Member
  /** Has registered, and has no rows yet. */
  other: Member
  /** Is not logged in. */
  stranger: Visitor
  /**
   * Sends a request: `ask('GET', '/api/threads/', { as: other })`; `body` is sent as JSON.
   *
   * @throws OtherDatabase if the app has reached for another PostgreSQL than the one it was given
   */
  ask: Target['ask']
  /** Runs SQL as superuser, past every policy, to see what is really stored. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  /** Everything the app has printed. */
  output(): string
  /** Ends the app, its database and its server. */
  stop(): Promise<void>
}

const LAST = phases.at(-1)!.number

/**
 * Starts the app, wrapped and configured, on a throw-away PostgreSQL with its own migrations and seed. The
 * owner claims it over HTTP and a second user registers. Takes about ten seconds: call it once per test file,
 * in `beforeAll`.
 *
 * @example
 * const { owner, other, ask, stop } = await twoUsers()
 * @throws RangeError for a phase below 6; ConfigError if the configuration is wrong; OtherDatabase if the app
 * reaches for another PostgreSQL than the one it was given, here or at a later `ask`; TargetError with the
 * last lines the app printed if it does not start
 */
export async function twoUsers(options: TwoUsersOptions = {}): Promise<TwoUsers> {
  const { config, phase = LAST, dump, env, realTime } = options
  if (!Number.isInteger(phase) || phase < 6 || phase > LAST)
    throw new RangeError(`twoUsers: phase ${phase}; two users need 6 to ${LAST}`)
  const project = await loadProject(config)
  const templates = await openTemplates(project, { dump })
  const over = new AbortController()
  const stops = [templates.stop]
  const stop = async () => {
    over.abort()
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    const traffic = async () => []
    const session = await openSession({ project, templates, phase, signal: over.signal, traffic })
    stops.push(session.close)
    const how = { env, realTime }
    // An app that reaches for another database fails with that error, whatever it made of the refusal.
    const within = async <T>(work: Promise<T>): Promise<T> => {
      const done = await work.catch((error: unknown) => {
        session.fence.assert()
        throw error
      })
      session.fence.assert()
      return done
    }
    const target = await within(session.app(how))
    const { owner, other, anonymous } = await within(session.people(how))
    const ask: Target['ask'] = (...asked) => within(target.ask(...asked))
    const { sql } = session.database
    return { owner, other, stranger: anonymous, ask, sql, output: target.output, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
