import { z } from 'zod'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import type { Incoming } from '../../express/handler.js'
import { addAccount, claimOwner, EmailTaken, type NewAccount } from './accounts.js'
import { audit } from './audit.js'
import { useClaimCode } from './claim-code.js'
import { email, username } from './names.js'
import { authParts } from './parts.js'
import { newPassword } from './password-policy.js'

const blankIsAbsent = (value: unknown) => (value === '' || value === null ? undefined : value)

/** Whatever else is sent (id, is_admin, …) is dropped (ASVS 15.3.3). */
export const registerBody = z.object({
  email,
  password: newPassword,
  username: z.preprocess(blankIsAbsent, username.optional()),
  claim_code: z.preprocess(
    blankIsAbsent,
    z.string('Give the code as text.').max(200, 'Too long.').optional(),
  ),
})

/** The same for every outcome a stranger may not learn (ASVS 6.3.8). */
export const REGISTERED = 'If the address was free, the account is ready: log in with it.'

/**
 * Registers: with a claim code, as the owner, keeping all the owner's data; without, as a new user, where
 * registration is open.
 *
 * @throws Problem `registration_closed`: the same without a code, with a wrong one, and after the claim
 */
export function registration(
  kit: Kit,
): (req: Incoming, given: z.output<typeof registerBody>) => Promise<void> {
  const { db, clock, config, settings } = kit
  const { passwords } = authParts(kit)

  return async (req, given) => {
    const code = given.claim_code
    if (code === undefined && !kit.registrationOpen()) throw new Problem('registration_closed')
    const { email, username } = given
    const account: NewAccount = { email, username, passwordHash: await passwords.hash(given.password) }
    if (code === undefined) await join(req, account)
    else await claim(req, account, code)
  }

  async function claim(req: Incoming, account: NewAccount, code: string): Promise<void> {
    try {
      await db.transaction(async (trx) => {
        if (!(await useClaimCode(trx, code, settings.USERTWO_CLAIM_CODE, clock)))
          throw new Problem('registration_closed')
        if (!(await claimOwner(trx, kit, account))) throw new Problem('registration_closed')
        await audit(trx, kit, req, 'claimed', config.owner.id)
      })
    } catch (error) {
      if (!(error instanceof EmailTaken)) throw error
      const errors = [{ field: 'email', message: 'Another user has this address.' }]
      throw new Problem('invalid_request', undefined, { errors })
    }
  }

  async function join(req: Incoming, account: NewAccount): Promise<void> {
    await db.transaction(async (trx) => {
      const id = await addAccount(trx, kit, account)
      if (id === null) return
      await kit.registered(trx, id)
      await audit(trx, kit, req, 'registered', id)
    })
  }
}
