import type { Knex } from 'knex'
import type { UserId } from '../../core/context.js'
import type { Kit } from '../../core/kit.js'
import { onePerApp } from '../../core/one-per-app.js'
import type { Incoming } from '../../express/handler.js'
import { addressGroup, clientAddress } from '../2-hardening/requests/client-address.js'

import { BoundedMap } from './bounded-map.js'

export type AuditEvent =
  | 'claimed'
  | 'registered'
  | 'register_taken'
  | 'login'
  | 'login_failed'
  | 'throttled'
  | 'claim_refused'
  | 'invite_refused'
  | 'csrf_refused'
  | 'logout'
  | 'reset_asked'
  | 'password_reset'
  | 'password_changed'
  | 'reauthenticated'
  | 'reauth_failed'
  | 'breach_unknown'
  | 'invited'
  | 'session_revoked'
  | 'login_unverified'
  | 'verify_asked'
  | 'email_verified'
  | 'access_removed'
  | 'email_change_asked'
  | 'email_changed'
  | 'refresh_reused'
  | 'refresh_refused'
  | 'factor_due'
  | 'factor_failed'
  | 'factor_added'
  | 'factor_removed'
  | 'recovery_code_used'
  | 'recovery_codes_made'
  | 'deletion_asked'
  | 'deletion_cancelled'
  | 'passkey_added'
  | 'passkey_removed'
  | 'passkey_used'
  | 'passkey_refused'
  | 'passkey_counter'
  | 'login_link_asked'
  | 'login_link_used'
  | 'provider_linked'
  | 'provider_unlinked'
  | 'provider_used'
  | 'provider_refused'

/**
 * Records a security event (ASVS 16.3.1). Holds ids and addresses, never what a client typed.
 *
 * @param by of a login: what it was proved by, for the metrics
 */
export async function audit(
  db: Knex,
  kit: Kit,
  req: Incoming,
  event: AuditEvent,
  user: UserId | null,
  by?: string,
): Promise<void> {
  const ip_address = clientAddress(req, kit.settings.TRUST_PROXY)
  await db('usertwo.audit').insert({ at: kit.clock.now(), event, user_id: user, actor_id: user, ip_address })
  kit.count?.(event, db, by)
}

/** The administrator who did something to another user, and from where; empty: the operator, by a command. */
export interface DoneBy {
  actor_id?: UserId
  ip_address?: string
}

/** Returns the caller, for the audit of what they do to another user. */
export const doneBy = (kit: Kit, req: Incoming): DoneBy => ({
  actor_id: kit.userOf(req)!.id,
  ip_address: clientAddress(req, kit.settings.TRUST_PROXY),
})

const EVERY_MS = 60_000
const MOST_REMEMBERED = 10_000

/** When each kind of refusal of an address was last recorded. */
const noted = onePerApp(() => new BoundedMap<string, number>(MOST_REMEMBERED))

/**
 * Records a refusal, once a minute for each address and kind: a flood of refusals is one row, not a flood of
 * writes. No answer waits for it or depends on it.
 */
export function noteRefusal(kit: Kit, req: Incoming, event: AuditEvent): void {
  const last = noted(kit)
  const key = `${event} ${addressGroup(clientAddress(req, kit.settings.TRUST_PROXY))}`
  const now = kit.clock.now().getTime()
  if (now - (last.get(key) ?? -EVERY_MS) < EVERY_MS) return
  last.set(key, now)
  audit(kit.db, kit, req, event, kit.userOf(req)?.id ?? null).catch((error: unknown) =>
    kit.report(error, req),
  )
}
