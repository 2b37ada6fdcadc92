import { z } from 'zod'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { grant, ROLE, ungrant } from '../access/grant.js'
import { administrator } from '../accounts/administrator.js'
import { doneBy } from '../audit.js'
import { resetFactors } from '../factors/remove-factor.js'
import { authMail } from '../links/auth-mail.js'
import { verifyByHand } from '../links/verify-email.js'
import { endSessions } from '../sessions/end-sessions.js'
import { untilForgotten } from '../sessions/until-forgotten.js'
import { API_TEXTS } from '../words/en-api.js'
import { disable, setActive } from './disable-user.js'
import { listedUser } from './users.js'

const LAST = API_TEXTS['refused.last_admin']
const SHAPE = 'Letters, digits and : . - _, at most 100.'

/** What an administrator can do to a user: `verify` takes their address as confirmed, on the administrator's word. */
export const USER_ACTIONS = [
  'disable',
  'enable',
  'make-admin',
  'unmake-admin',
  'grant',
  'ungrant',
  'verify',
  'end-logins',
  'reset-factors',
] as const
export type UserAction = (typeof USER_ACTIONS)[number]

const role = z.string(SHAPE).trim().regex(ROLE, SHAPE)
export const actBody = z
  .object({
    user: z.string().min(1).max(100),
    action: z.enum(USER_ACTIONS),
    role: z.string().optional(),
  })
  .transform((given, context) => {
    if (given.action !== 'grant' && given.action !== 'ungrant') return { ...given, role: 'admin' }
    const { data, error } = role.safeParse(given.role)
    for (const { message } of error?.issues ?? [])
      context.addIssue({ code: 'custom', path: ['role'], message, input: given.role })
    return { ...given, role: data ?? '' }
  })

type Given = z.output<typeof actBody>

/**
 * Does it, and records in the audit who did it.
 *
 * @throws Problem `not_found` if the caller is not an administrator, or no user has the id; `forbidden` for the last
 * administrator
 */
export async function actOnUser(kit: Kit, req: Incoming, given: Given): Promise<void> {
  administrator(kit, req)
  const found = await listedUser(kit.db, kit.config, given.user)
  if (!found) throw new Problem('not_found')
  await act(kit, req, found.id, given)
  await untilForgotten(kit, found.id)
}

async function act(kit: Kit, req: Incoming, user: UserId, { action, role }: Given): Promise<void> {
  const { db, config } = kit
  const by = doneBy(kit, req)
  switch (action) {
    case 'disable':
      return unlessLast(await disable(db, config, user, { by }))
    case 'enable':
      return setActive(db, user, true, by)
    case 'make-admin':
    case 'grant':
      return grant(db, config, user, role, by)
    case 'unmake-admin':
    case 'ungrant':
      return unlessLast(await ungrant(db, config, user, role, { by }))
    case 'verify':
      return verifyByHand(db, user, by)
    case 'end-logins':
      await endSessions(db, user, by)
      return
    case 'reset-factors':
      return removeFactorsOf(kit, req, user)
  }
}

async function removeFactorsOf(kit: Kit, req: Incoming, user: UserId): Promise<void> {
  const mail = authMail(kit)
  await kit.db.transaction((trx) =>
    resetFactors(trx, user, doneBy(kit, req), async (kind) => mail?.put(trx, { kind, user, req })),
  )
  mail?.hurry()
}

function unlessLast(done: boolean): void {
  if (!done) throw new Problem('forbidden', LAST)
}
