import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { NO_PASSWORD } from '../accounts/accounts.js'
import { forgetDevices, setPassword } from '../accounts/credentials.js'
import { audit } from '../audit.js'
import { endLinks } from '../links/end-links.js'
import { endLogins } from '../sessions/end-sessions.js'
import { removeFactors, removeIdentities, removePasskeys } from './remove-factor.js'

interface Proof {
  is_verified: boolean
  must_verify: boolean
  registered_openly: boolean
}

const isOpen = (row: Proof | undefined): boolean =>
  row !== undefined && !row.is_verified && (row.must_verify || row.registered_openly)

const proofOf = (on: Knex, user: UserId) =>
  on('usertwo.credentials')
    .where({ user_id: user })
    .first<Proof | undefined>('is_verified', 'must_verify', 'registered_openly')

/** Whether anyone may have made the account: open registration did, and no link has proved its address. */
export const isAnyones = async (db: Knex, user: UserId): Promise<boolean> => isOpen(await proofOf(db, user))

/** Marks a user's address as confirmed. @returns whether anyone may have made the account before that */
async function prove(trx: Knex.Transaction, user: UserId): Promise<boolean> {
  const before = await proofOf(trx, user).forUpdate()
  if (before?.is_verified) return false
  await trx('usertwo.credentials')
    .insert({ user_id: user, is_verified: true })
    .onConflict('user_id')
    .merge({ is_verified: true, updated_at: trx.fn.now() })
  return isOpen(before)
}

/**
 * Marks a user's address as confirmed: a link that was mailed to it logs in. Where anyone may have made the account, nothing
 * that was set up before gives access any more: the password, logins, factors, passkeys and linked providers. Otherwise a
 * person who had registered another person's address could still log in (ASVS 6.8.1). Callers end open resets before they take
 * the link: a change of the password locks resets, links and credentials in this order too.
 */
export async function provedByLogin(
  trx: Knex.Transaction,
  kit: Kit,
  req: Incoming,
  user: UserId,
): Promise<void> {
  if (!(await prove(trx, user))) return
  await audit(trx, kit, req, 'email_verified', user)
  await setPassword(trx, user, NO_PASSWORD)
  await forgetDevices(trx, user)
  await endLogins(trx, user, kit.clock.now())
  await endLinks(trx, user)
  await removeFactors(trx, user)
  await removeIdentities(trx, user)
  await audit(trx, kit, req, 'access_removed', user)
}

/**
 * The same for a link that sets a password. Its caller replaces the password and ends logins and links. The authenticator app
 * stays: it lets no one in by itself, and without it a user's mail alone would get past the second factor.
 */
export async function provedByReset(
  trx: Knex.Transaction,
  kit: Kit,
  req: Incoming,
  user: UserId,
): Promise<void> {
  if (!(await prove(trx, user))) return
  await removePasskeys(trx, user)
  await removeIdentities(trx, user)
  await audit(trx, kit, req, 'access_removed', user)
}
