import type { Knex } from 'knex'
import { z } from 'zod'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import type { Outbox } from '../../../mail/outbox.js'
import { type Account, findAccount } from '../accounts/accounts.js'
import { email } from '../accounts/names.js'
import { isClaimed } from '../accounts/owner-login.js'
import { type AuditEvent, audit } from '../audit.js'
import { noSooner, undone } from '../equal-work.js'
import { authMail } from './auth-mail.js'
import { wasToldLately } from './mail-pace.js'

export const addressBody = z.object({ email })

/** The same text whether the account exists or not (ASVS 6.3.8). */
export const MAILED =
  'If there is an account with this address, a link is on its way to it. A link that was mailed earlier works too.'
/** A second request sooner than this mails nothing. ms */
const REST_MS = 60_000

/** A link to set a new password. */
export const FORGOTTEN: Asked = { kind: 'reset', event: 'reset_asked' }
/** Another link to confirm the address. */
export const UNVERIFIED: Asked = {
  kind: 'verify',
  event: 'verify_asked',
  isFor: ({ unverified }) => unverified,
}

/** The minimum time that recording the request takes. */
export const ASKED_MS = 25

/** Each code is one more that is valid. ms */
const CLAIM_REST_MS = 3_600_000

interface Asked {
  /** of the mail */
  kind: string
  event: AuditEvent
  /** false for accounts that need no such mail */
  isFor?: (account: Account) => boolean
}

/** Has a link mailed to an account's stored address. Neither answer nor work reveals whether the account exists. */
export function askForMail(
  kit: Kit,
  { kind, event, isFor = () => true }: Asked,
): (req: Incoming, given: z.output<typeof addressBody>) => Promise<void> {
  const { db, config, settings } = kit
  const mail = authMail(kit)
  return async (req, { email }) => {
    if (!mail) throw new Problem('not_found')
    await noSooner(ASKED_MS, () => note(req, email, mail))
    mail.hurry()
  }

  async function note(req: Incoming, email: string, mail: Outbox): Promise<void> {
    const account = await findAccount(db, config, email)
    const mayClaim = kind === FORGOTTEN.kind && (await isUnclaimed(email))
    await db.transaction(async (trx) => {
      // Of simultaneous requests the later ones see the mail of the first.
      await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`usertwo.mail ${email}`])
      const user = account && isFor(account) ? account.id : null
      if (mayClaim)
        await putOnce(trx, kit, mail, { kind: 'claim', user: config.owner.id, req, rest: CLAIM_REST_MS })
      else await putOnce(trx, kit, mail, { kind, user, req, rest: REST_MS })
      await audit(trx, kit, req, event, mayClaim ? config.owner.id : user)
    })
  }

  /** Whether this is OWNER_EMAIL and the owner is not claimed: the claim code is mailed there. */
  async function isUnclaimed(email: string): Promise<boolean> {
    if (settings.OWNER_EMAIL === undefined) return false
    if (await isClaimed(db, config, settings.ENVIRONMENT)) return false
    return email === settings.OWNER_EMAIL
  }
}

/**
 * Queues a mail. Where there is no such user, or they were mailed lately, does the same work and discards it.
 *
 * @param req of the mail's reader, in whose language it is written
 * @param rest between two mails of that kind to one user; after three in a day at least four hours. ms
 * @param noteLink inserts the link that the mail is about, and returns its id; default: the mail is about none
 */
export async function putOnce(
  trx: Knex.Transaction,
  { clock, config: { owner, users } }: Kit,
  mail: Outbox,
  { kind, user, req, rest }: { kind: string; user: UserId | null; req: Incoming | null; rest: number },
  noteLink: (inner: Knex.Transaction, recipient: UserId) => Promise<string | undefined> = async () =>
    undefined,
): Promise<void> {
  const [recipient]: UserId[] = await trx(users.table)
    .where(users.id, user ?? owner.id)
    .pluck(users.id)
  // An app that makes its only user at the first request may not have one yet.
  if (recipient === undefined) return
  const wasTold = await wasToldLately(trx, clock, { kind, user: recipient, rest })
  const note = async (inner: Knex.Transaction) =>
    mail.put(inner, { kind, user: recipient, link: await noteLink(inner, recipient), req })
  // Both run behind a savepoint: otherwise the time would reveal whether a mail was queued.
  if (user !== null && !wasTold) await trx.transaction(note)
  else await undone(trx, note)
}
