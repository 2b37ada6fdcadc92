import type { Knex } from 'knex'
import { type Clock, systemClock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { grant } from '../access/grant.js'
import { addAccount, type NewAccount } from '../accounts/accounts.js'
import type { AlsoForNew } from '../accounts/claiming.js'
import { tellApp } from '../accounts/hooks.js'
import { audit } from '../audit.js'
import { API_TEXTS } from '../words/en-api.js'
import { issueLink, isUsable, noteLink, useLink } from './links.js'

/** How long an invitation is valid by default. */
export const INVITATION_DAYS = 7
const DAY_MS = 86_400_000

interface NewInvitation {
  /** or the user name, where users log in by that */
  email: string
  /** the role that the new account gets */
  role: string | null
  days: number
}

/** Makes the code of an invitation; an earlier one for this address stops working. Only its hash is stored. */
export function issueInvitation(
  db: Knex,
  { email, role, days }: NewInvitation,
  clock: Clock = systemClock,
): Promise<string> {
  return issueLink(db, clock, { kind: 'invite', user: null, email, role, life: days * DAY_MS })
}

/** Records an invitation that is about to be mailed; its code is made at that time. */
export function noteInvitation(
  trx: Knex,
  { email, role, days }: NewInvitation,
  clock: Clock,
): Promise<string> {
  return noteLink(trx, clock, { kind: 'invite', user: null, email, role, life: days * DAY_MS })
}

export interface Invitations {
  /** Whether an account may be made with this code, for the invited address or user name. The code stays valid. */
  isGood(code: string, login: string): Promise<boolean>
  /**
   * Makes the account, for the invited address alone, with the role of the invitation and no other.
   * @throws Problem `registration_closed`, the same for a wrong code, a used one, an old one and another address
   */
  accept(req: Incoming, code: string, account: NewAccount, also?: AlsoForNew): Promise<UserId>
}

export function invitations(kit: Kit): Invitations {
  const { db, clock, config } = kit
  return {
    isGood: (code, login) => isUsable(db, clock, { kind: 'invite', token: code, email: login }),
    async accept(req, code, account, also) {
      const added = await db.transaction(async (trx) => {
        const email = account.email ?? account.username!
        const invitation = await useLink(trx, clock, { kind: 'invite', token: code, email })
        if (!invitation) throw new Problem('registration_closed')
        const id = await addAccount(trx, kit, account)
        if (id === null) throw hasAccount(account)
        await kit.registered(trx, id)
        await also?.(trx, id)
        if (invitation.role !== null) await grant(trx, config, id, invitation.role)
        await audit(trx, kit, req, 'registered', id)
        return id
      })
      tellApp(kit, 'onRegistered', added)
      return added
    },
  }
}

/** Only a client with an invitation for the address sees this. */
function hasAccount({ email }: NewAccount): Problem {
  const errors =
    email === null
      ? [{ field: 'username', message: API_TEXTS['refused.name_has_account'] }]
      : [{ field: 'email', message: API_TEXTS['refused.email_has_account'] }]
  return new Problem('invalid_request', undefined, { errors })
}
