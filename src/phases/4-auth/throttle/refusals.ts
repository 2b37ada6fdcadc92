import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import type { Incoming } from '../../../express/handler.js'
import { addressGroup, clientAddress } from '../../2-hardening/requests/client-address.js'
import { type AuditEvent, audit } from '../audit.js'

const EVERY_MS = 60_000
const MOST_REMEMBERED = 10_000

/** When each kind of refusal of an address was last recorded. */
const noted = onePerApp(() => new Map<string, number>())

/**
 * Records a refusal, once a minute for each address and kind: a flood of refusals is one row, not a flood of
 * writes. No answer waits for it or depends on it.
 */
export function noteRefusal(kit: Kit, req: Incoming, event: AuditEvent): void {
  const last = noted(kit)
  const key = `${event} ${addressGroup(clientAddress(req, kit.settings.TRUST_PROXY))}`
  const now = kit.clock.now().getTime()
  if (now - (last.get(key) ?? -EVERY_MS) < EVERY_MS) return
  if (last.size >= MOST_REMEMBERED) last.clear()
  last.set(key, now)
  audit(kit.db, kit, req, event, kit.userOf(req)?.id ?? null).catch((error: unknown) =>
    kit.report(error, req),
  )
}
