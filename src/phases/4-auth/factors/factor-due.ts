import type { FactorAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import type { Account } from '../accounts/accounts.js'
import { factorParts } from './factor-parts.js'
import type { FirstStep } from './pending-login.js'
import { hasTotp } from './totp-rows.js'

/**
 * What a login with the right password, link or provider is answered where its account has a second factor; null: that is
 * enough.
 */
export async function factorDue(kit: Kit, account: Account, how: FirstStep): Promise<FactorAnswer | null> {
  return (await hasTotp(kit.db, account.id)) ? factorParts(kit).pending.begin(account, how) : null
}
