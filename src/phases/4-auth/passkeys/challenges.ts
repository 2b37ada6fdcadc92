import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import { deleteOutdated } from '../delete-outdated.js'
import { digestOf } from '../links/one-time-token.js'

/** For how long an answer is waited for: a user may look for the phone or the key. ms */
export const CHALLENGE_MS = 5 * 60_000

interface Wanted {
  /** what is known of the browser that asks */
  browser: string
  /** for whom a passkey is added, and what an authenticator knows them by; absent: a login */
  adding?: { user: UserId; handle: string }
  now: Date
}

interface Answered {
  challenge: string
  /** of the browser that answers */
  browsers: readonly string[]
  /** null: a login */
  user: UserId | null
  now: Date
}

/** Makes a challenge, which waits for its answer. 256 bits, base64url. */
export async function putChallenge(db: Knex, { browser, adding, now }: Wanted): Promise<string> {
  const challenge = randomBytes(32).toString('base64url')
  await deleteOutdated(db, { table: 'usertwo.passkey_challenges', key: 'challenge_hash' }, now)
  await db('usertwo.passkey_challenges').insert({
    challenge_hash: digestOf(challenge),
    browser_hash: digestOf(browser),
    user_id: adding?.user ?? null,
    user_handle: adding?.handle ?? null,
    expires_at: new Date(now.getTime() + CHALLENGE_MS),
  })
  return challenge
}

/**
 * Uses a challenge up. One statement, so that of many answers at once, in whichever processes, one has it.
 *
 * @returns null: it was used, is too old, or belongs to another browser, another user or another purpose
 */
export async function takeChallenge(
  db: Knex,
  { challenge, browsers, user, now }: Answered,
): Promise<{ handle: string | null } | null> {
  const taken: { user_handle: string | null }[] = await db('usertwo.passkey_challenges')
    .where({ challenge_hash: digestOf(challenge), user_id: user })
    .whereIn('browser_hash', browsers.map(digestOf))
    .where('expires_at', '>', now)
    .delete()
    .returning('user_handle')
  return taken[0] ? { handle: taken[0].user_handle } : null
}
