import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'

/** A passkey, as its user may see it. */
export interface PasskeyShown {
  id: string
  name: string
  created_at: Date
  last_used_at: Date | null
  backed_up: boolean
}

/** What an authenticator says of a passkey at each use. */
export interface PasskeyState {
  counter: number
  /** may be copied to other devices; never changes */
  isBackupEligible: boolean
  isBackedUp: boolean
}

/** A passkey as it is verified. */
export interface PasskeyRow extends PasskeyState {
  id: string
  userId: UserId
  credentialId: string
  publicKey: Uint8Array
  userHandle: string
  transports: string[]
}

export interface NewPasskey extends PasskeyRow {
  name: string
  createdAt: Date
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const passkeysOf = (db: Knex, user: UserId): Promise<PasskeyShown[]> =>
  db('usertwo.passkeys')
    .where({ user_id: user })
    .orderBy('created_at')
    .orderBy('id')
    .select('id', 'name', 'created_at', 'last_used_at', { backed_up: 'is_backed_up' })

/** What a user's authenticators know of them, one row a passkey. */
export const credentialsOf = (
  db: Knex,
  user: UserId,
): Promise<Pick<PasskeyRow, 'credentialId' | 'userHandle' | 'transports'>[]> =>
  db('usertwo.passkeys')
    .where({ user_id: user })
    .select({ credentialId: 'credential_id', userHandle: 'user_handle' }, 'transports')

export async function passkeyBy(db: Knex, credentialId: string): Promise<PasskeyRow | undefined> {
  const row = await db('usertwo.passkeys').where({ credential_id: credentialId }).first('*')
  return (
    row && {
      id: row.id,
      userId: row.user_id,
      credentialId,
      publicKey: new Uint8Array(row.public_key),
      userHandle: row.user_handle,
      transports: row.transports,
      counter: Number(row.counter),
      isBackupEligible: row.is_backup_eligible,
      isBackedUp: row.is_backed_up,
    }
  )
}

/** False: the credential belongs to an account already, whichever. */
export async function addPasskeyRow(trx: Knex.Transaction, made: NewPasskey): Promise<boolean> {
  const added = await trx('usertwo.passkeys')
    .insert({
      id: made.id,
      user_id: made.userId,
      credential_id: made.credentialId,
      public_key: Buffer.from(made.publicKey),
      user_handle: made.userHandle,
      name: made.name,
      transports: made.transports,
      counter: made.counter,
      is_backup_eligible: made.isBackupEligible,
      is_backed_up: made.isBackedUp,
      created_at: made.createdAt,
    })
    .onConflict('credential_id')
    .ignore()
    .returning('id')
  return added.length === 1
}

/**
 * Notes a use. One statement: a counter that does not go up is of a copy, unless the authenticator counts nothing
 * (W3C, Web Authentication, 6.1.1).
 *
 * @returns false: it went back or stayed, or the passkey was removed
 */
export async function useCounter(db: Knex, id: string, used: PasskeyState, now: Date): Promise<boolean> {
  const { counter } = used
  const noted = await db('usertwo.passkeys')
    .where({ id })
    .where((when) => {
      when.where('counter', '<', counter)
      if (counter === 0) when.orWhere({ counter: 0 })
    })
    .update({ counter, is_backed_up: used.isBackedUp, last_used_at: now })
  return noted === 1
}

/** False: the user has no such passkey. */
export async function renamePasskeyRow(db: Knex, user: UserId, id: string, name: string): Promise<boolean> {
  return UUID.test(id) && (await db('usertwo.passkeys').where({ id, user_id: user }).update({ name })) === 1
}

/** False: the user has no such passkey. */
export async function removePasskeyRow(trx: Knex.Transaction, user: UserId, id: string): Promise<boolean> {
  return UUID.test(id) && (await trx('usertwo.passkeys').where({ id, user_id: user }).delete()) === 1
}
