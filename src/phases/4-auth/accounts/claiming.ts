import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { LoginTaken, type NewAccount } from './accounts.js'
import { claimWith } from './claim.js'
import { isClaimCode, useClaimCode } from './claim-code.js'
import { tellApp } from './hooks.js'
import { isClaimed, leavesDemo } from './owner-login.js'

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
