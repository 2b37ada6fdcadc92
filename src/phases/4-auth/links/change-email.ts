import type { Knex } from 'knex'
import { z } from 'zod'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { email } from '../accounts/names.js'
import { takeTurns } from '../accounts/users-table.js'
import { audit } from '../audit.js'
import { authMail } from '../auth-mail.js'
import { ownPassword } from '../passwords/own-password.js'
import { givenPassword } from '../passwords/password-policy.js'
import { untilForgotten } from '../sessions/kept-logins.js'
import { signedIn } from '../sessions/signed-in.js'
import { tooMany } from '../throttle/places.js'
import { undone } from '../throttle/undone.js'
import { endLinks, endResets } from './end-links.js'
import { isUsable, useLink } from './links.js'
import { linkIsOver } from './one-time-token.js'
import { setVerified } from './verify-email.js'

export const emailChangeBody = z.object({ password: givenPassword, email })

/** The same whether somebody has the address or not. */
export const CHANGE_MAILED =
  'If the address is free, a link is on its way to it. Until it is opened nothing changes.'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How many changes somebody may ask for in an hour: the mail goes to whom they like. */
const MOST = 5
const SAME = 'This is your address already.'

export interface EmailChange {
  /**
   * Has a link mailed to the new address of who is logged in and knows their password, and the old one told. Whether somebody
   * has it is told neither by the answer nor by the work.
   * @throws Problem `invalid_credentials`, within the budgets of logins; `rate_limited`
   */
  ask(req: Incoming, given: z.output<typeof emailChangeBody>): Promise<void>
  /** Whether a link may still be used; it stays as it was. @throws Problem `invalid_request`, the same for every cause */
  assertUsable(token: string): Promise<void>
  /** Makes the change, for whoever asked for it and is logged in. @throws Problem `invalid_request`, the same for every cause */
  confirm(req: Incoming, token: string): Promise<void>
}

/** Changes of an address: the old one stays until the new one is confirmed by a link that was mailed to it. */
export function emailChange(kit: Kit): EmailChange {
  const { db, clock, config } = kit
  const { table, id } = config.users
  const mail = authMail(kit)
  const askPassword = ownPassword(kit)

  return {
    async ask(req, { password, email }) {
      if (!mail) throw new Problem('not_found')
      const user = signedIn(kit, req).id
      await askPassword(req, { user, password, field: 'password' }, () =>
        db.transaction(async (trx) => {
          await assertNotOften(trx, user)
          const former: string | null = (await trx(table).where(id, user).first('email'))?.email ?? null
          if (former?.toLowerCase() === email) throw sameAddress()
          const isTaken = await isOfAnother(trx, user, email)
          const note = (on: Knex.Transaction) => put(on, user, email, former)
          if (isTaken) await undone(trx, note)
          else await note(trx)
          await audit(trx, kit, req, 'email_change_asked', user)
        }),
      )
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
        if (await isOfAnother(trx, user, link.email)) throw linkIsOver()
        // In one statement, of the address it was asked for: a change of another one came first otherwise.
        const changed = await trx(table)
          .where(id, user)
          .whereRaw('lower(email) is not distinct from lower(?)', [link.former_email])
          .update({ email: link.email })
        if (changed !== 1) throw linkIsOver()
        await setVerified(trx, user)
        await endLinks(trx, user)
        await audit(trx, kit, req, 'email_changed', user)
        if (link.former_email !== null) await mail?.put(trx, 'email_changed', user, link.id)
      })
      mail?.hurry()
      await untilForgotten(config)
    },
  }

  /** The rows of one change: what was asked for, the link to the new address, and the word to the old one. */
  async function put(trx: Knex.Transaction, user: UserId, email: string, former: string | null) {
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
    await mail!.put(trx, 'email_change', user, link!.id)
    if (former !== null) await mail!.put(trx, 'email_change_asked', user, link!.id)
  }

  async function isOfAnother(trx: Knex.Transaction, user: UserId, email: string): Promise<boolean> {
    const others = trx(table).whereRaw('lower(email) = ?', [email]).whereNot(id, user)
    return (await others.first(id)) !== undefined
  }

  async function assertNotOften(trx: Knex.Transaction, user: UserId): Promise<void> {
    const now = clock.now().getTime()
    const asked: Date[] = await trx('usertwo.audit')
      .where({ event: 'email_change_asked', user_id: user })
      .where('at', '>', new Date(now - HOUR_MS))
      .orderBy('at')
      .pluck('at')
    if (asked.length >= MOST) throw tooMany((asked.at(-MOST)!.getTime() + HOUR_MS - now) / 1000)
  }
}

function sameAddress(): Problem {
  return new Problem('invalid_request', SAME, { errors: [{ field: 'email', message: SAME }] })
}
