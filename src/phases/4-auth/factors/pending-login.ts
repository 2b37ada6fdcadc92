import { randomUUID } from 'node:crypto'
import type { FactorAnswer } from '../../../contract/answers.js'
import type { Account } from '../accounts/accounts.js'
import { genuine, secondsOf, signed, type TokenOptions } from '../sessions/access-token.js'

/** Every kind of token has its own: this one opens nothing, and only the second step reads it (ASVS 9.2.2). */
const TYP = 'mfa+jwt'
/** How long a user may look for the phone. Seconds. */
const LIFE = 300

/** A login whose password, link or provider was right, and whose second factor is due. */
export interface PendingLogin {
  /** the user's id as text */
  sub: string
  /** what was right: `password`, `link`, or the name of the provider */
  by: string
  /** their `device_epoch` then: a password that was changed meanwhile ends it */
  epoch: number
  isShared: boolean
  /** it was not begun with the password of a user who has one: what needs a recent login asks for it */
  needsPassword: boolean
}

/** What the first step of a login leaves to the second. */
export type FirstStep = Pick<PendingLogin, 'by' | 'isShared' | 'needsPassword'>

export interface PendingLogins {
  begin(account: Account, how: FirstStep): FactorAnswer
  /** null: not a login of this app that waits for a code, or too old */
  read(token: string): PendingLogin | null
}

/** Signs them with the keys of access tokens. Nothing is stored: a code is accepted once, however often this is sent. */
export function pendingLogins(options: TokenOptions): PendingLogins {
  return {
    begin({ id, deviceEpoch: epoch }, { by, isShared, needsPassword }) {
      const iat = secondsOf(options.clock.now())
      const how = { by, epoch, shared: isShared, link: needsPassword }
      const claims = { sub: String(id), sid: randomUUID(), iat, exp: iat + LIFE, ...how }
      return {
        mfa_token: signed(TYP, claims, options),
        expires_in: LIFE,
        factors: ['totp', 'recovery_code'],
      }
    },
    read(token) {
      const found = genuine(token, TYP, options)
      if (!found) return null
      const { sub, iat, exp, by, epoch, shared, link } = found.payload
      if (exp - iat > LIFE || typeof epoch !== 'number' || typeof by !== 'string') return null
      return { sub, by, epoch, isShared: shared === true, needsPassword: link === true }
    },
  }
}
