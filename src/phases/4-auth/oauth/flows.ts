import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import { deleteOutdated } from '../delete-outdated.js'
import { digestOf } from '../links/one-time-token.js'

/** For how long a browser may be away at a provider: a user may have to find a password there. ms */
export const FLOW_MS = 10 * 60_000

/** The login that links an account at a provider. */
export interface Linking {
  user: UserId
  session: string
}

interface NewFlow {
  state: string
  /** of the browser that begins it */
  browser: string
  provider: string
  /** null: a login */
  linking: Linking | null
  sealed: string
  now: Date
}

interface GivenFlow {
  state: string
  /** of the browser that comes back */
  browsers: readonly string[]
  provider: string
  now: Date
}

export interface TakenFlow extends Pick<NewFlow, 'linking' | 'sealed'> {
  /** the one that began it */
  browser: string
}

/** Remembers a login by a provider until its browser comes back. */
export async function putFlow(
  db: Knex,
  { state, browser, provider, linking, sealed, now }: NewFlow,
): Promise<void> {
  await deleteOutdated(db, { table: 'usertwo.oauth_flows', key: 'state_hash' }, now)
  await db('usertwo.oauth_flows').insert({
    state_hash: digestOf(state),
    browser_hash: digestOf(browser),
    provider,
    user_id: linking?.user ?? null,
    session_id: linking?.session ?? null,
    sealed,
    expires_at: new Date(now.getTime() + FLOW_MS),
  })
}

/**
 * Uses a state up. One statement, so that of many callbacks at once, in whichever processes, one has it.
 *
 * @returns null: it was used, is too old, or belongs to another browser or another provider
 */
export async function takeFlow(
  db: Knex,
  { state, browsers, provider, now }: GivenFlow,
): Promise<TakenFlow | null> {
  const taken: { browser_hash: string; user_id: UserId | null; session_id: string | null; sealed: string }[] =
    await db('usertwo.oauth_flows')
      .where({ state_hash: digestOf(state), provider })
      .whereIn('browser_hash', browsers.map(digestOf))
      .where('expires_at', '>', now)
      .delete()
      .returning(['browser_hash', 'user_id', 'session_id', 'sealed'])
  const [found] = taken
  const browser = browsers.find((one) => digestOf(one) === found?.browser_hash)
  if (!found || browser === undefined) return null
  const { user_id: user, session_id: session, sealed } = found
  return { browser, sealed, linking: user === null || session === null ? null : { user, session } }
}
