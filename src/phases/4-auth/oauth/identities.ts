import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'

/** An account at a provider, as its user may see it. */
export interface IdentityShown {
  id: string
  /** its name in the configuration when it was linked */
  provider: string
  /** by which the user recognises it */
  shown: string | null
  created_at: Date
  last_used_at: Date | null
}

/** A user of a provider: its own name for itself, and the id of the user there. Never an address. */
export interface Subject {
  iss: string
  sub: string
}

interface NewIdentity extends Subject {
  user: UserId
  provider: string
  shown: string | null
  now: Date
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const linkedIdentities = (db: Knex, user: UserId): Promise<IdentityShown[]> =>
  db('usertwo.identities')
    .where({ user_id: user })
    .orderBy('created_at')
    .orderBy('id')
    .select('id', 'provider', 'shown', 'created_at', 'last_used_at')

/** The user whose account at a provider this is. */
export async function userOfIdentity(db: Knex, { iss, sub }: Subject): Promise<UserId | null> {
  const found: { user_id: UserId } | undefined = await db('usertwo.identities')
    .where({ iss, sub })
    .first('user_id')
  return found?.user_id ?? null
}

/** False: it belongs to an account already, whichever. */
export async function addIdentity(
  trx: Knex.Transaction,
  { user, provider, iss, sub, shown, now }: NewIdentity,
): Promise<boolean> {
  const added = await trx('usertwo.identities')
    .insert({ id: randomUUID(), user_id: user, provider, iss, sub, shown, created_at: now })
    .onConflict(['iss', 'sub'])
    .ignore()
    .returning('id')
  return added.length === 1
}

export async function noteIdentityUsed(db: Knex, { iss, sub }: Subject, now: Date): Promise<void> {
  await db('usertwo.identities').where({ iss, sub }).update({ last_used_at: now })
}

/** False: the user has no such identity. */
export async function removeIdentity(trx: Knex.Transaction, user: UserId, id: string): Promise<boolean> {
  return UUID.test(id) && (await trx('usertwo.identities').where({ id, user_id: user }).delete()) === 1
}
