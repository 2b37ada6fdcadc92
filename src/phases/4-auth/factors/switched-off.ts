import type { Kit } from '../../../core/kit.js'

/** Logs how many users have a second factor that no login asks for, because AUTH_ENABLE_TOTP is off. */
export async function warnOfFactors({ db, log }: Kit): Promise<void> {
  const { rows: tables } = await db.raw(`select to_regclass('usertwo.totp') is not null as there`)
  if (!tables[0].there) return
  const found = await db('usertwo.totp').whereNotNull('confirmed_at').count('* as users').first()
  const users = Number(found?.users ?? 0)
  if (users === 0) return
  const who = users === 1 ? '1 user has' : `${users} users have`
  log.warn(
    { variable: 'AUTH_ENABLE_TOTP', users },
    `AUTH_ENABLE_TOTP is off: ${who} a second factor that no login asks for`,
  )
}
