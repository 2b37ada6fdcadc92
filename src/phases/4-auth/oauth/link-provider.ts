import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { removeWayIn } from '../factors/ways-in.js'
import { noticed } from '../links/noticed.js'
import { unended } from '../sessions/alive-logins.js'
import { loginOf } from '../sessions/login-state.js'
import { signedIn } from '../sessions/signed-in.js'
import { API_TEXTS } from '../words/en-api.js'
import type { RememberedFlow } from './connect.js'
import type { Linking } from './flows.js'
import {
  addIdentity,
  type IdentityShown,
  linkedIdentities,
  removeIdentity,
  userOfIdentity,
} from './identities.js'
import { OauthRefused } from './outcome.js'
import type { Arrived } from './provider/provider-client.js'

/** How many accounts at providers a user may have linked. */
const MOST = 20
const LAST = API_TEXTS['refused.provider_last']

/** An account at a provider that its user has proved. */
export interface Comer {
  provider: string
  arrived: Arrived
}

export interface LinkProvider {
  /** Links an account at a provider to the user who began it, in their browser. @throws OauthRefused */
  link(req: Incoming, given: { linking: Linking; remembered: RememberedFlow }, from: Comer): Promise<void>
  list(req: Incoming): Promise<IdentityShown[]>
  /** False: the user has no such identity. @throws Problem `invalid_request` where it is the only way in */
  unlink(req: Incoming, id: string): Promise<boolean>
}

/** Links accounts at providers to the current user, and removes them. */
export function linkProvider(kit: Kit): LinkProvider {
  const { db } = kit
  return {
    link: linking(kit),
    list: (req) => linkedIdentities(db, signedIn(kit, req).id),
    async unlink(req, id) {
      const { id: user } = signedIn(kit, req)
      if (!(await linkedIdentities(db, user)).some((one) => one.id === id)) return false
      return noticed(kit, req, { event: 'provider_unlinked', user }, (trx) =>
        removeWayIn(trx, kit, { user, last: LAST }, () => removeIdentity(trx, user, id)),
      )
    },
  }
}

function linking(kit: Kit): LinkProvider['link'] {
  const { db, clock } = kit
  return async (req, { linking: { user, session }, remembered }, { provider, arrived }) => {
    if (!isOwnBrowser(kit, req, { user, session }, remembered.inCookie === true))
      throw new OauthRefused('other_login')
    if ((await linkedIdentities(db, user)).length >= MOST) throw new OauthRefused('failed')
    const { shown } = await arrived.profile()
    const { iss, sub } = arrived
    await noticed(kit, req, { event: 'provider_linked', user }, async (trx) => {
      // What ends the login, a new password for example, waits for this or is waited for: then nothing is linked.
      const alive = await unended(trx, clock.now())
        .where({ 's.id': session, 's.user_id': user })
        .forShare('s')
        .first('s.id')
      if (!alive) throw new OauthRefused('other_login')
      if (await addIdentity(trx, { user, provider, iss, sub, shown, now: clock.now() })) return true
      if (isOf(user, await userOfIdentity(trx, arrived))) return null
      throw new OauthRefused('taken')
    })
  }
}

const isOf = (user: UserId, found: UserId | null) => String(found) === String(user)

/**
 * Whether the login that began it is still the one of this browser. A cookie that is `SameSite=Strict` does not come along from
 * another site, and a login in a header has none: then the flow's own cookie alone shows that it is the browser.
 */
function isOwnBrowser(kit: Kit, req: Incoming, { user, session }: Linking, inCookie: boolean): boolean {
  const { claims, former } = loginOf(req)
  const held = claims ?? former
  if (!held) return !inCookie || kit.settings.COOKIE_SAMESITE === 'strict'
  const person = kit.userOf(req)
  return held.sid === session && (person === null || String(person.id) === String(user))
}
