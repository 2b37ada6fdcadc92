import type { Knex } from 'knex'
import { z } from 'zod'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import type { Outbox } from '../../../mail/outbox.js'
import { email } from '../accounts/names.js'
import { takeTurns } from '../accounts/users-table.js'
import { tooMany } from '../attempts/places.js'
import { audit } from '../audit.js'
import { undone } from '../equal-work.js'
import { typedCode } from '../factors/given-code.js'
import { authMail } from '../links/auth-mail.js'
import { endLinks, endResets } from '../links/end-links.js'
import { isUsable, useLink } from '../links/links.js'
import { linkIsOver } from '../links/one-time-token.js'
import { setVerified } from '../links/verify-email.js'
import { givenPassword } from '../passwords/password-policy.js'
import { signedIn } from '../sessions/signed-in.js'
import { untilForgotten } from '../sessions/until-forgotten.js'
import { API_TEXTS } from '../words/en-api.js'
import { ownPassword } from './own-password.js'
import { proveFactor } from './reauth.js'

export const emailChangeBody = z.object({
  password: givenPassword,
  email,
  code: typedCode.optional(),
})

/** The same text whether the address is taken or not. */
export const CHANGE_MAILED =
  'If the address is free, a link is on its way to it. Until it is opened nothing changes.'
const SAME = API_TEXTS['refused.email_same']

export interface EmailChange {
  /**
   * Mails a link to the new address, and a notice to the old one, if the current user gives the right
   * password and, if they have a second factor that this login has not proved recently, a code. Neither the answer nor the work done reveals whether the new address is taken.
   * @throws Problem `invalid_credentials`, within the budgets of logins; `invalid_request` where the code is missing;
   * `rate_limited`
   */
  ask(req: Incoming, given: z.output<typeof emailChangeBody>): Promise<void>
  /** Whether a link may still be used; it stays valid. @throws Problem `invalid_request`, the same for every cause */
  assertUsable(token: string): Promise<void>
  /** Makes the change for the user who asked for it. @throws Problem `invalid_request`, the same for every cause */
  confirm(req: Incoming, token: string): Promise<void>
}

/** Changes of an address: the old one stays until the new one is confirmed by a link that was mailed to it. */
export function emailChange(kit: Kit): EmailChange {
  const { db, clock, config } = kit
  const { table, id } = config.users
  const mail = authMail(kit)
  const askPassword = ownPassword(kit)

  return {
    async ask(req, { password, email, code }) {
      if (!mail) throw new Problem('not_found')
      const user = signedIn(kit, req).id
      await askPassword(req, { user, password, field: 'password' }, async () => {})
      await proveFactor(kit, req, code)
      await db.transaction(async (trx) => {
        await assertNotOften(trx, kit, user)
        const former: string | null = (await trx(table).where(id, user).first('email'))?.email ?? null
        if (former?.toLowerCase() === email) throw sameAddress()
        const isTaken = await isOfAnother(trx, kit, user, email)
        const note = (on: Knex.Transaction) => putChange(on, kit, mail, { user, email, former, req })
        if (isTaken) await undone(trx, note)
        else await note(trx)
        await audit(trx, kit, req, 'email_change_asked', user)
      })
      mail.hurry()
    },

    async assertUsable(token) {
      if (!(await isUsable(db, clock, { kind: 'email', token }))) throw linkIsOver()
    },

    async confirm(req, token) {
      const user = signedIn(kit, req).id
      await db.transaction(async (trx) => {
        await takeTurns(trx)
        await endResets(trx, user)
        const link = await useLink(trx, clock, { kind: 'email', token })
        if (!link || String(link.user_id) !== String(user)) throw linkIsOver()
        if (await isOfAnother(trx, kit, user, link.email)) throw linkIsOver()
        // One statement, conditional on the former address: otherwise another change came first.
        const changed = await trx(table)
          .where(id, user)
          .whereRaw('lower(email) is not distinct from lower(?)', [link.former_email])
          .update({ email: link.email })
        if (changed !== 1) throw linkIsOver()
        await setVerified(trx, user)
        await endLinks(trx, user)
        await audit(trx, kit, req, 'email_changed', user)
        if (link.former_email !== null)
          await mail?.put(trx, { kind: 'email_changed', user, link: link.id, req })
      })
      mail?.hurry()
      await untilForgotten(kit, user)
    },
  }
}

function sameAddress(): Problem {
  return new Problem('invalid_request', SAME, { errors: [{ field: 'email', message: SAME }] })
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How many changes a user may ask for in an hour: each mails an address of their choice. */
const MOST = 5

/** Inserts the rows of one change: the request, the link to the new address, and the notice to the old one. */
async function putChange(
  trx: Knex.Transaction,
  { clock }: Kit,
  mail: Outbox,
  { user, email, former, req }: { user: UserId; email: string; former: string | null; req: Incoming },
): Promise<void> {
  const now = clock.now()
  await trx('usertwo.links').where({ kind: 'email', user_id: user }).whereNull('used_at').delete()
  const [link]: { id: string }[] = await trx('usertwo.links')
    .insert({
      kind: 'email',
      user_id: user,
      email,
      former_email: former,
      created_at: now,
      expires_at: new Date(now.getTime() + DAY_MS),
    })
    .returning('id')
  await mail.put(trx, { kind: 'email_change', user, link: link!.id, req })
  if (former !== null) await mail.put(trx, { kind: 'email_change_asked', user, link: link!.id, req })
}

export async function isOfAnother(
  trx: Knex.Transaction,
  { config }: Kit,
  user: UserId,
  email: string,
): Promise<boolean> {
  const { table, id } = config.users
  const others = trx(table).whereRaw('lower(email) = ?', [email]).whereNot(id, user)
  return (await others.first(id)) !== undefined
}

async function assertNotOften(trx: Knex.Transaction, { clock }: Kit, user: UserId): Promise<void> {
  const now = clock.now().getTime()
  const asked: Date[] = await trx('usertwo.audit')
    .where({ event: 'email_change_asked', user_id: user })
    .where('at', '>', new Date(now - HOUR_MS))
    .orderBy('at')
    .pluck('at')
  if (asked.length >= MOST) throw tooMany((asked.at(-MOST)!.getTime() + HOUR_MS - now) / 1000)
}
