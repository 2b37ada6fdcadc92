import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import { namesOf } from '../accounts/accounts.js'
import { forgetDevices, setPassword } from '../accounts/credentials.js'
import { nameDigest } from '../accounts/name-digest.js'
import { isByName } from '../accounts/names.js'
import { ownerHasLogin } from '../accounts/owner-login.js'
import { takeTurns } from '../accounts/users-table.js'
import { removeFactors, removeIdentities } from '../factors/remove-factor.js'
import { endLinks } from '../links/end-links.js'
import { passwords } from '../passwords/passwords.js'
import { endLogins } from '../sessions/end-sessions.js'

/** The owner's account cannot be handed over; the message says what to do. */
export class TransferRefused extends Error {}

/**
 * Hands the owner's account to another person. The id, the rows and the rights stay with the account; everything with
 * which the former owner could log in ends: the password, the second factor, the passkeys, the accounts at providers, every login,
 * every personal token, every mailed link and every known device. The account has no usable password until the new owner sets one with a reset link.
 *
 * @param db the toolkit's own pool, as the system
 * @param to the new owner's e-mail address; where users log in by a user name, the owner's name, which stays
 * @throws TransferRefused before anything is changed
 */
export async function transferOwner(db: Knex, config: Config, to: string): Promise<void> {
  const { table, id } = config.users
  const owner = config.owner.id
  const hasher = passwords({ cost: 10 })
  try {
    // A random password that is not kept: without a stored one the account could be claimed again, or entered
    // with the app's own password.
    const unusable = await hasher.hashNew(randomBytes(32).toString('base64url'))
    await db.transaction(async (trx) => {
      await takeTurns(trx)
      if (!(await ownerHasLogin(trx, config)))
        throw new TransferRefused(
          'The owner is not claimed yet: the new owner claims it with the code of `usertwo claim`.',
        )
      const [former, name] = await namesOf(trx, config, owner)
      if (isByName(config)) {
        if (to !== name)
          throw new TransferRefused(
            `The owner's user name stays ${name}, because the app may know them by it: say usertwo owner transfer ${name}`,
          )
      } else {
        if (former?.toLowerCase() === to)
          throw new TransferRefused(`The owner has the address ${to} already.`)
        const holder = await trx(table).whereRaw('lower(email) = ?', [to]).whereNot(id, owner).first(id)
        if (holder)
          throw new TransferRefused(
            `${to} is the address of user ${holder[id]}, who keeps their own account and rows: let them change its address first, or give another address for the owner.`,
          )
        await trx(table).where(id, owner).update({ email: to })
      }
      await setPassword(trx, owner, unusable)
      await trx(table).where(id, owner).update({ is_admin: true })
      await trx('usertwo.credentials')
        .where({ user_id: owner })
        .update({ is_active: true, must_verify: false })
      await forgetDevices(trx, owner)
      await removeFactors(trx, owner)
      await removeIdentities(trx, owner)
      await endLogins(trx, owner, trx.fn.now())
      await endLinks(trx, owner)
      const details = { former: [former, name].flatMap((one) => (one == null ? [] : [nameDigest(one)])) }
      await trx('usertwo.audit').insert({ event: 'owner_transferred', user_id: owner, details })
    })
  } finally {
    await hasher.close()
  }
}
