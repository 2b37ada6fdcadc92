import type { TokenAnswer } from '../../../../contract/answers.js'
import type { Kit } from '../../../../core/kit.js'
import type { CurrentLogin } from '../logins.js'
import { authParts } from '../parts.js'

/** Seconds until a login ends. */
export const secondsLeft = ({ clock }: Pick<Kit, 'clock'>, { end }: CurrentLogin): number =>
  Math.max(1, Math.floor((end.getTime() - clock.now().getTime()) / 1000))

/** Makes access tokens of ACCESS_TOKEN_MINUTES, or shorter if the login ends earlier. */
export function shortAccess(kit: Kit): (login: CurrentLogin) => TokenAnswer {
  const { tokens } = authParts(kit)
  const most = kit.settings.ACCESS_TOKEN_MINUTES * 60
  return (login) => {
    const { token, expiresIn } = tokens.sign(login.user, login.id, Math.min(most, secondsLeft(kit, login)))
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn }
  }
}
