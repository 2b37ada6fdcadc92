import type { Kit } from '../../../core/kit.js'
import { hasFeatureTable } from './remove-factor.js'

/** Logs how many users have a second factor that no login asks for, because AUTH_ENABLE_TOTP is off. */
export async function warnOfFactors({ db, log }: Kit): Promise<void> {
  if (!(await hasFeatureTable(db, 'totp'))) return
  const found = await db('usertwo.totp').whereNotNull('confirmed_at').count('* as users').first()
  const users = Number(found?.users ?? 0)
  if (users === 0) return
  const who = users === 1 ? '1 user has' : `${users} users have`
  log.warn(
    { variable: 'AUTH_ENABLE_TOTP', users },
    `AUTH_ENABLE_TOTP is off: ${who} a second factor that no login asks for`,
  )
}
