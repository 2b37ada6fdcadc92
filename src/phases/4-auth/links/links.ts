import type { Knex } from 'knex'
import type { Clock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import { digestOf, newToken } from './one-time-token.js'

/** What a link is for. A link of one kind is never accepted as another. */
export type LinkKind = 'verify' | 'invite' | 'email'

export interface Link {
  id: string
  /** null: an invitation has no user yet */
  user_id: UserId | null
  /** the address it is bound to */
  email: string
  role: string | null
  /** of a change: the address that the new one replaces */
  former_email: string | null
}

interface NewLink {
  kind: LinkKind
  user: UserId | null
  email: string
  role?: string | null
  /** how long it is valid, in ms */
  life: number
}

/** A link as a client sends it. */
interface Given {
  kind: LinkKind
  token: string
  /** the address it has to be bound to; default: any */
  email?: string
}

/**
 * Records a link whose token {@link issueNoted} makes when it is mailed; earlier ones of this kind, for this
 * user or address, stop working.
 *
 * @returns its id
 */
export async function noteLink(trx: Knex, clock: Clock, given: NewLink): Promise<string> {
  return insertLink(trx, clock, given, null)
}

async function insertLink(
  db: Knex,
  clock: Clock,
  { kind, user, email, role = null, life }: NewLink,
  token_hash: string | null,
): Promise<string> {
  const now = clock.now()
  const earlier = db('usertwo.links').where(
    user === null ? { kind, user_id: null, email } : { kind, user_id: user },
  )
  // Anyone may ask for another link to an address, and must not end an existing one by that.
  if (kind === 'verify') earlier.where((old) => old.where('expires_at', '<', now).orWhereNot({ email }))
  await earlier.delete()
  const [made]: { id: string }[] = await db('usertwo.links')
    .insert({
      kind,
      token_hash,
      user_id: user,
      email,
      role,
      created_at: now,
      expires_at: new Date(now.getTime() + life),
    })
    .returning('id')
  return made!.id
}

/**
 * Makes a link and its token; only the hash is stored. Earlier links of this kind, for this user or address,
 * stop working, except those that confirm the same address.
 */
export async function issueLink(db: Knex, clock: Clock, given: NewLink): Promise<string> {
  const token = newToken()
  await db.transaction((trx) => insertLink(trx, clock, given, digestOf(token)))
  return token
}

/** Makes the token of a recorded link and ends an earlier one; null: the link was used up or withdrawn. */
export async function issueNoted(
  db: Knex,
  clock: Clock,
  { link, life }: { link: string; life: number },
): Promise<{ token: string; email: string } | null> {
  const token = newToken()
  const [noted]: { email: string }[] = await db('usertwo.links')
    .where({ id: link })
    .whereNull('used_at')
    .update({ token_hash: digestOf(token), expires_at: new Date(clock.now().getTime() + life) })
    .returning('email')
  return noted ? { token, email: noted.email } : null
}

const usable = (db: Knex, clock: Clock, { kind, token, email }: Given) =>
  db('usertwo.links')
    .where({ kind, token_hash: digestOf(token), ...(email !== undefined && { email }) })
    .whereNull('used_at')
    .where('expires_at', '>', clock.now())

/** Whether a link could be used now; it stays valid. */
export async function isUsable(db: Knex, clock: Clock, given: Given): Promise<boolean> {
  return (await usable(db, clock, given).first('id')) !== undefined
}

/** Uses up a link, within the transaction that does its work. Simultaneous other uses get null. */
export async function useLink(trx: Knex.Transaction, clock: Clock, given: Given): Promise<Link | null> {
  const [link] = (await usable(trx, clock, given)
    .update({ used_at: clock.now() })
    .returning(['id', 'user_id', 'email', 'role', 'former_email'])) as Link[]
  return link ?? null
}
