import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { addAccount, findAccount, type NewAccount, NO_PASSWORD } from '../accounts/accounts.js'
import { type AlsoForNew, claiming } from '../accounts/claiming.js'
import { tellApp } from '../accounts/hooks.js'
import { email, isByName } from '../accounts/names.js'
import { takeTurns } from '../accounts/users-table.js'
import { type AuditEvent, audit, noteRefusal } from '../audit.js'
import { invitations } from '../links/invitation.js'
import { setVerified } from '../links/verify-email.js'
import type { RememberedFlow } from './connect.js'
import { addIdentity, userOfIdentity } from './identities.js'
import type { Comer } from './link-provider.js'
import { OauthRefused } from './outcome.js'
import type { Arrived } from './provider/provider-client.js'

/** An account at a provider that no user has here. */
interface Unknown extends Comer {
  remembered: RememberedFlow
}

/**
 * Makes an account for a user who comes from a provider for the first time, with the address that the provider has confirmed
 * and without a password. An address that an account has already never joins that account: its user logs in to it, and
 * links the provider then.
 *
 * @returns its id
 * @throws OauthRefused
 */
export function joinByProvider(kit: Kit): (req: Incoming, unknown: Unknown) => Promise<UserId> {
  const { db, clock, config } = kit
  const invited = invitations(kit)
  const claims = claiming(kit)

  return async (req, { provider, arrived, remembered: { claimCode, inviteCode } }) => {
    if (isByName(config)) throw new OauthRefused('by_name')
    const { email: confirmed, shown } = await arrived.profile()
    const address = email.safeParse(confirmed).data
    if (address === undefined) throw new OauthRefused('no_address')
    const account: NewAccount = { email: address, passwordHash: NO_PASSWORD }
    const also: AlsoForNew = async (trx, user) => {
      const { iss, sub } = arrived
      if (!(await addIdentity(trx, { user, provider, iss, sub, shown, now: clock.now() })))
        throw new OauthRefused('failed')
      await setVerified(trx, user)
    }
    if (claimCode !== undefined) {
      if (!(await claims.mayClaim(claimCode))) throw refused(req, 'claim_refused')
      return closed(claims.claim(req, account, claimCode, also))
    }
    if (inviteCode !== undefined) {
      const isGood = kit.registrationOpen(true) && (await invited.isGood(inviteCode, address))
      if (!isGood) throw refused(req, 'invite_refused')
      return closed(invited.accept(req, inviteCode, account, also))
    }
    if (!kit.registrationOpen())
      throw new OauthRefused((await findAccount(db, config, address)) ? 'exists' : 'closed')
    return register(req, { account, arrived, also })
  }

  function refused(req: Incoming, event: AuditEvent): OauthRefused {
    noteRefusal(kit, req, event)
    return new OauthRefused('closed')
  }

  /** Of two first arrivals at once the second gets the account of the first. */
  async function register(
    req: Incoming,
    { account, arrived, also }: { account: NewAccount; arrived: Arrived; also: AlsoForNew },
  ): Promise<UserId> {
    const { user, isNew } = await db.transaction(async (trx: Knex.Transaction) => {
      await takeTurns(trx)
      const known = await userOfIdentity(trx, arrived)
      if (known !== null) return { user: known, isNew: false }
      const made = await addAccount(trx, kit, account)
      if (made === null) return { user: null, isNew: false }
      await kit.registered(trx, made)
      await also(trx, made)
      await audit(trx, kit, req, 'registered', made)
      return { user: made, isNew: true }
    })
    if (user === null) {
      await audit(db, kit, req, 'register_taken', null)
      throw new OauthRefused('exists')
    }
    if (isNew) tellApp(kit, 'onRegistered', user)
    return user
  }
}

/** What a code does not open, in the words of a page. */
async function closed(made: Promise<UserId>): Promise<UserId> {
  try {
    return await made
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    // A code of the owner or an invitation, for an address that another account has.
    throw new OauthRefused(error.code === 'invalid_request' ? 'exists' : 'closed')
  }
}
