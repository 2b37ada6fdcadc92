import type { Knex } from 'knex'
import type { Clock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { digestOf, newToken } from './one-time-token.js'

/** How long a link works once it was mailed, and how long after the request it may still be mailed. ms */
const LINK_LIFE_MS = 15 * 60_000

interface NewLoginLink {
  user: UserId
  email: string
  /** the secret in the cookie of the browser that asks */
  browser: string
}

/** A link and a browser, as a client sends them. */
interface GivenLoginLink {
  token: string
  /** null: it has no such cookie */
  browser: string | null
}

type Parts = Pick<Kit, 'db' | 'clock' | 'config'>

/**
 * Records the request for a link; {@link issueLoginLink} makes its token when it is mailed. Earlier ones stay valid:
 * anyone may ask for a mail to an address, and must not end a link by that.
 *
 * @returns its id
 */
export async function noteLoginLink(
  trx: Knex,
  clock: Clock,
  { user, email, browser }: NewLoginLink,
): Promise<string> {
  const now = clock.now()
  const [noted]: { id: string }[] = await trx('usertwo.links')
    .insert({
      kind: 'login',
      user_id: user,
      email,
      browser_hash: digestOf(browser),
      created_at: now,
      expires_at: new Date(now.getTime() + LINK_LIFE_MS),
    })
    .returning('id')
  return noted!.id
}

/**
 * Makes the token of a link that is about to be mailed; only its hash is stored.
 *
 * @returns null: it was used or withdrawn, is for another address, or was requested too long ago
 */
export async function issueLoginLink(
  db: Knex,
  clock: Clock,
  { link, email }: { link: string; email: string },
): Promise<string | null> {
  const token = newToken()
  const now = clock.now().getTime()
  const issued = await db('usertwo.links')
    .where({ id: link, kind: 'login' })
    .whereRaw('lower(email) = lower(?)', [email])
    .whereNull('used_at')
    .where('created_at', '>', new Date(now - LINK_LIFE_MS))
    .update({ token_hash: digestOf(token), expires_at: new Date(now + LINK_LIFE_MS) })
  return issued === 1 ? token : null
}

/** A link of that token which has not ended, and whose address is still its user's. */
const alive = ({ db, clock, config: { users } }: Parts, token: string) =>
  db('usertwo.links')
    .where({ kind: 'login', token_hash: digestOf(token) })
    .whereNull('used_at')
    .where('expires_at', '>', clock.now())
    .whereRaw(
      'exists (select from ?? u where u.?? = links.user_id and lower(u.email) = lower(links.email))',
      [users.table, users.id],
    )

interface FoundLoginLink {
  user: UserId
  /** this browser asked for it */
  isHere: boolean
}

/** The link of that token, which stays valid; null: it is of no use in any browser. */
export async function findLoginLink(
  parts: Parts,
  { token, browser }: GivenLoginLink,
): Promise<FoundLoginLink | null> {
  const link: { user_id: UserId; browser_hash: string } | undefined = await alive(parts, token).first(
    'user_id',
    'browser_hash',
  )
  if (!link) return null
  return { user: link.user_id, isHere: browser !== null && link.browser_hash === digestOf(browser) }
}

/** Uses up a link in the browser that asked for it, in one statement: of simultaneous uses one is true. */
export async function takeLoginLink(parts: Parts, { token, browser }: GivenLoginLink): Promise<boolean> {
  if (browser === null) return false
  const taken = await alive(parts, token)
    .where({ browser_hash: digestOf(browser) })
    .update({ used_at: parts.clock.now() })
  return taken === 1
}
