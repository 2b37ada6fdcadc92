import { z } from 'zod'
import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { ROLE } from '../access/grant.js'
import { administrator } from '../accounts/administrator.js'
import { email, isByName, loginField, username } from '../accounts/names.js'
import { ownerHasLogin } from '../accounts/owner-login.js'
import { peopleCalled } from '../accounts/people-called.js'
import { audit, doneBy } from '../audit.js'
import { authMail } from '../links/auth-mail.js'
import { INVITATION_DAYS, issueInvitation, noteInvitation } from '../links/invitation.js'
import { issueReset } from '../links/reset-token.js'

const SHAPE = 'Letters, digits and : . - _, at most 100.'
const blankIsAbsent = (value: unknown) => (value === '' || value === null ? undefined : value)
const role = z.preprocess(blankIsAbsent, z.string(SHAPE).trim().regex(ROLE, SHAPE).optional())

interface Inviting {
  /** the address, or the user name where users log in by that */
  login: string
  role?: string
}

/** Who is invited, and with which role. */
export const invitingBodyOf = (config: Config): z.ZodType<Inviting> =>
  isByName(config)
    ? z.object({ username, role }).transform(({ username: login, ...more }) => ({ login, ...more }))
    : z.object({ email, role }).transform(({ email: login, ...more }) => ({ login, ...more }))

const WHO = 'Say who it is for.'
export const whoBody = z.object({
  who: z
    .string(WHO)
    .trim()
    .min(1, WHO)
    .max(254, WHO)
    .refine((text) => !text.includes('\0'), WHO),
})

const CLOSED =
  'Invitations cannot be used now: they need REGISTRATION=invite or open, and a recorded GO of phase 6.'

export interface OneTimeLinks {
  /**
   * Invites a person, by mail if mail is configured (returns null). Without mail, returns the link for the
   * administrator to hand on.
   * @throws Problem `not_found` if the caller is not an administrator; `registration_closed`
   */
  invite(req: Incoming, given: Inviting): Promise<{ link: string; code: string } | null>
  /**
   * Makes a link with which a user sets a new password.
   * @throws Problem `not_found` if the caller is not an administrator; `invalid_request` if no such user exists
   */
  reset(req: Incoming, given: z.output<typeof whoBody>): Promise<{ link: string }>
}

/** The one-time links that an administrator hands on, the same as the operator's commands make. */
export function oneTimeLinks(kit: Kit): OneTimeLinks {
  const { db, clock, config, settings } = kit
  const { pages } = config.auth
  // Never the request's host, which the client chooses.
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
        const link = await noteInvitation(trx, invited, clock)
        await mail.put(trx, { kind: 'invitation', user: id, link, req })
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
      administrator(kit, req)
      const [user, another] = await peopleCalled(db, config, who)
      if (user === undefined)
        throw wrong(`No user has this ${isByName(config) ? '' : 'e-mail address, '}user name or id.`)
      if (another !== undefined) throw wrong('This is the name of one and the id of another.')
      if (String(user) === String(config.owner.id) && !(await ownerHasLogin(db, config)))
        throw wrong('The owner is not claimed yet: claim it with the claim code.')
      const token = await issueReset(db, user, clock, doneBy(kit, req))
      return { link: `${base}/reset?token=${token}` }
    },
  }
}

const wrong = (message: string) =>
  new Problem('invalid_request', undefined, { errors: [{ field: 'who', message }] })
