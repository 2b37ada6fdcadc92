import type { Request } from 'express'
import type { Knex } from 'knex'
import type { Clock } from '../../core/clock.js'
import type { UserId } from '../../core/context.js'

export type AuditEvent = 'claimed' | 'registered' | 'login' | 'login_failed' | 'logout' | 'session_revoked'

/** Notes a security event (ASVS 16.3.1). Holds ids and addresses, never what somebody typed. */
export async function audit(
  db: Knex,
  clock: Clock,
  req: Request,
  event: AuditEvent,
  user: UserId | null,
): Promise<void> {
  await db('usertwo.audit').insert({
    at: clock.now(),
    event,
    user_id: user,
    actor_id: user,
    ip_address: req.ip ?? null,
  })
}
