import type { Knex } from 'knex'
import type { UserId } from '../../core/context.js'
import type { Kit } from '../../core/kit.js'
import type { Incoming } from '../../express/handler.js'
import { clientAddress } from '../2-hardening/client-address.js'

export type AuditEvent =
  | 'claimed'
  | 'registered'
  | 'login'
  | 'login_failed'
  | 'logout'
  | 'password_reset'
  | 'session_revoked'

/** Notes a security event (ASVS 16.3.1). Holds ids and addresses, never what somebody typed. */
export async function audit(
  db: Knex,
  kit: Kit,
  req: Incoming,
  event: AuditEvent,
  user: UserId | null,
): Promise<void> {
  const ip_address = clientAddress(req, kit.settings.TRUST_PROXY)
  await db('usertwo.audit').insert({ at: kit.clock.now(), event, user_id: user, actor_id: user, ip_address })
}
