import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { loginOf } from '../sessions/login-state.js'

/**
 * Whether the user proved a second factor in this login within the last `minutes`: a code of the authenticator app, a
 * recovery code, or a passkey. The password alone, a mailed link and a personal token prove none.
 */
export async function provedWithin({ db, clock }: Kit, req: Incoming, minutes: number): Promise<boolean> {
  const { claims } = loginOf(req)
  if (!claims) return false
  const since = new Date(clock.now().getTime() - minutes * 60_000)
  const found = db('usertwo.user_sessions').where({ id: claims.sid }).where('factor_at', '>', since)
  return (await found.first('id')) !== undefined
}
