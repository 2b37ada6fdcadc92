import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { Problem } from '../../../core/problem.js'
import { authParts, secretOf } from '../sessions/parts.js'
import type { GivenCode } from './given-code.js'
import { totpLibrary } from './library.js'
import { type PendingLogins, pendingLogins } from './pending-login.js'
import { useRecoveryCode } from './recovery-codes.js'
import { type SecretBox, secretBox, UnknownKey } from './secret-box.js'
import { takeStep, totpOf } from './totp-rows.js'

/** What enrolment and login share: one of each for a wrapped app. */
export interface FactorParts {
  box: SecretBox
  pending: PendingLogins
  /**
   * Uses a code of a user up.
   * @returns false: it is wrong, was used already, or the user has no factor
   * @throws Problem `unavailable` where the secret is encrypted with a key that this process does not have
   */
  useCode(user: UserId, code: GivenCode): Promise<boolean>
  /** What is encrypted. @throws Problem the same */
  open(sealed: string, user: UserId): string
}

export const factorParts = onePerApp((kit): FactorParts => {
  const box = secretBox(secretOf(kit), kit.settings.JWT_SECRET_BEFORE)
  const open = opening(kit, box)
  return {
    box,
    pending: pendingLogins(authParts(kit).signing),
    open,
    async useCode(user, { kind, text }) {
      const { db, clock } = kit
      if (kind === 'recovery_code') return useRecoveryCode(db, user, text, clock.now())
      const { secret } = (await totpOf(db, user)) ?? {}
      if (!secret) return false
      const { stepOf } = await totpLibrary()
      const step = stepOf(open(secret, user), text, clock.now())
      return step !== null && takeStep(db, user, secret, step)
    },
  }
})

/** A secret of another key says nothing of the code: the attempt is not charged, and the operator finds out. */
const opening =
  (kit: Kit, box: SecretBox) =>
  (sealed: string, user: UserId): string => {
    try {
      return box.open(sealed, user)
    } catch (error) {
      if (!(error instanceof UnknownKey)) throw error
      kit.report(error)
      throw new Problem('unavailable')
    }
  }
