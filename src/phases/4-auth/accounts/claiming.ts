import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { API_TEXTS } from '../words/en-api.js'
import { addAccount, claimOwnerRow, LoginTaken, type NewAccount, type Users } from './accounts.js'
import { isClaimCode, useClaimCode } from './claim-code.js'
import { tellApp } from './hooks.js'
import { isClaimed, leavesDemo } from './owner-login.js'
import { takeTurns } from './users-table.js'

/**
 * Makes the account that a claim code grants: the owner, or where no user owns the demo rows an administrator
 * with a new id.
 *
 * @returns its id; null when it was claimed before
 * @throws LoginTaken when another user has the address or name
 */
async function claimWith(
  trx: Knex.Transaction,
  kit: Users & Pick<Kit, 'settings' | 'registered'>,
  given: NewAccount,
): Promise<UserId | null> {
  const { config, settings } = kit
  if (!leavesDemo(config, settings.ENVIRONMENT))
    return (await claimOwnerRow(trx, kit, given)) ? config.owner.id : null
  await takeTurns(trx)
  if (await isClaimed(trx, config, settings.ENVIRONMENT)) return null
  const id = await addAccount(trx, kit, { ...given, admin: true })
  if (id === null && given.email === null) throw new LoginTaken('username', API_TEXTS['refused.name_taken'])
  if (id === null) throw new LoginTaken('email', API_TEXTS['refused.email_taken'])
  await kit.registered(trx, id)
  return id
}

/** Does more for a new account, in the transaction that makes it. */
export type AlsoForNew = (trx: Knex.Transaction, user: UserId) => Promise<void>

export interface Claiming {
  /** Whether the owner may be claimed with a code, which stays valid. */
  mayClaim(code: string): Promise<boolean>
  /**
   * Claims the owner, with all the owner's data, and uses the code up.
   * @throws Problem `registration_closed`; `invalid_request` where another user has the address or name
   */
  claim(req: Incoming, account: NewAccount, code: string, also?: AlsoForNew): Promise<UserId>
}

/** Handles the code with which the owner is claimed. */
export function claiming(kit: Kit): Claiming {
  const { db, clock, config, settings } = kit
  return {
    async mayClaim(code) {
      const isGood = await isClaimCode(db, code, settings.USERTWO_CLAIM_CODE, clock)
      // Below phase 6 every user except the owner gets 503.
      const isEarly = leavesDemo(config, settings.ENVIRONMENT) && !kit.has('isolation')
      return isGood && !isEarly && !(await isClaimed(db, config, settings.ENVIRONMENT))
    },

    async claim(req, account, code, also) {
      try {
        const claimed = await db.transaction(async (trx) => {
          if (!(await useClaimCode(trx, code, settings.USERTWO_CLAIM_CODE, clock)))
            throw new Problem('registration_closed')
          const user = await claimWith(trx, kit, account)
          if (user === null) throw new Problem('registration_closed')
          await also?.(trx, user)
          await audit(trx, kit, req, 'claimed', user)
          return user
        })
        tellApp(kit, 'onRegistered', claimed)
        return claimed
      } catch (error) {
        if (!(error instanceof LoginTaken)) throw error
        const errors = [{ field: error.field, message: error.message }]
        throw new Problem('invalid_request', undefined, { errors })
      }
    },
  }
}
