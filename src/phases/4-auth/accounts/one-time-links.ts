import { z } from 'zod'
import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { clientAddress } from '../../2-hardening/requests/client-address.js'
import { ROLE } from '../access/grant.js'
import { audit } from '../audit.js'
import { authMail } from '../auth-mail.js'
import { INVITATION_DAYS, issueInvitation, noteInvitation } from '../links/invitation.js'
import { issueReset } from '../passwords/reset-token.js'
import { ownerHasLogin } from '../sessions/owner-login.js'
import { administrator } from './administrator.js'
import { email, isByName, loginField, username } from './names.js'
import { peopleCalled } from './people-called.js'

const SHAPE = 'Letters, digits and : . - _, at most 100.'
const blankIsAbsent = (value: unknown) => (value === '' || value === null ? undefined : value)
const role = z.preprocess(blankIsAbsent, z.string(SHAPE).trim().regex(ROLE, SHAPE).optional())

interface Inviting {
  /** the address, or the user name where people log in by that */
  login: string
  role?: string
}

/** Who is invited, and as what beside being a user. */
export const invitingBodyOf = (config: Config): z.ZodType<Inviting> =>
  isByName(config)
    ? z.object({ username, role }).transform(({ username: login, ...more }) => ({ login, ...more }))
    : z.object({ email, role }).transform(({ email: login, ...more }) => ({ login, ...more }))

const WHO = 'Say who it is for.'
export const whoBody = z.object({ who: z.string(WHO).trim().min(1, WHO).max(254, WHO) })

const CLOSED =
  'Nobody can use an invitation just now: it takes REGISTRATION=invite, or open, and a recorded GO of phase 6.'

export interface OneTimeLinks {
  /**
   * Invites somebody, by mail where there is mail; else the link is the administrator's to hand on, null in the first case.
   * @throws Problem `not_found` to who is no administrator; `registration_closed`
   */
  invite(req: Incoming, given: Inviting): Promise<{ link: string; code: string } | null>
  /**
   * A link with which somebody sets a new password.
   * @throws Problem `not_found` to who is no administrator; `invalid_request` where nobody is meant
   */
  reset(req: Incoming, given: z.output<typeof whoBody>): Promise<{ link: string }>
}

/** The one-time links that an administrator hands on: as the command line makes them for the operator. */
export function oneTimeLinks(kit: Kit): OneTimeLinks {
  const { db, clock, config, settings } = kit
  const { pages } = config.auth
  // Never of the request's host, which whoever sends it chooses.
  const base = `${settings.PUBLIC_URL ?? settings.CORS_ORIGINS?.[0] ?? ''}${pages}`
  const mail = authMail(kit)
  const field = loginField(config)

  return {
    async invite(req, { login, role = null }) {
      const { id } = administrator(kit, req)
      if (!kit.registrationOpen(true)) throw new Problem('registration_closed', CLOSED)
      const invited = { email: login, role, days: INVITATION_DAYS }
      const made = await db.transaction(async (trx) => {
        await audit(trx, kit, req, 'invited', id)
        if (!mail) return issueInvitation(trx, invited, clock)
        await mail.put(trx, 'invitation', id, await noteInvitation(trx, invited, clock))
        return null
      })
      mail?.hurry()
      if (made === null) return null
      return {
        link: `${base}/register#invitation=${made}&${field}=${encodeURIComponent(login)}`,
        code: made,
      }
    },

    async reset(req, { who }) {
      const admin = administrator(kit, req)
      const [user, another] = await peopleCalled(db, config, who)
      if (user === undefined)
        throw wrong(`Nobody has this ${isByName(config) ? '' : 'e-mail address, '}user name or id.`)
      if (another !== undefined) throw wrong('This is the name of one and the id of another.')
      if (String(user) === String(config.owner.id) && !(await ownerHasLogin(db, config)))
        throw wrong('Nobody has claimed the owner yet: that takes the claim code.')
      const ip_address = clientAddress(req, settings.TRUST_PROXY)
      const token = await issueReset(db, user, clock, { actor_id: admin.id, ip_address })
      return { link: `${base}/reset?token=${token}` }
    },
  }
}

const wrong = (message: string) =>
  new Problem('invalid_request', undefined, { errors: [{ field: 'who', message }] })
