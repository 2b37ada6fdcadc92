import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { z } from 'zod'
import type { Config } from '../../../config/config.js'
import { isAtWork } from '../../../config/settings.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import type { Outbox } from '../../../mail/outbox.js'
import { addressGroup, clientAddress, networkOf } from '../../2-hardening/requests/client-address.js'
import { addAccount, type NewAccount } from '../accounts/accounts.js'
import { claiming } from '../accounts/claiming.js'
import { tellApp } from '../accounts/hooks.js'
import { assertNewName, email, isByName, typedName, username } from '../accounts/names.js'
import { loginParts, wordsOf } from '../attempts/login-parts.js'
import { type AuditEvent, audit, noteRefusal } from '../audit.js'
import { undone } from '../equal-work.js'
import { putOnce } from '../links/ask-for-mail.js'
import { invitations } from '../links/invitation.js'
import { issueLink } from '../links/links.js'
import { linkLife } from '../links/mail-pace.js'
import { newToken } from '../links/one-time-token.js'
import { verificationMail } from '../links/verify-email.js'
import { assertUnbreached } from '../passwords/breached.js'
import { assertHardToGuess, newPassword } from '../passwords/password-policy.js'
import { API_TEXTS } from '../words/en-api.js'

const blankIsAbsent = (value: unknown) => (value === '' || value === null ? undefined : value)

/** The code of a claim or an invitation; a form sends an empty one. */
export const registrationCode = z.preprocess(
  blankIsAbsent,
  z.string('Give the code as text.').trim().max(200, API_TEXTS['refused.code_long']).optional(),
)

const rest = { password: newPassword, claim_code: registrationCode, invite_code: registrationCode }

const registerBody = z.object({
  email,
  username: z.preprocess(blankIsAbsent, username.optional()),
  ...rest,
})
const namedBody = z.object({ username: typedName, ...rest }).transform((given) => ({ ...given, email: null }))

export interface Registering {
  /** null: the account has only a user name */
  email: string | null
  username?: string
  password: string
  claim_code?: string
  invite_code?: string
}

/** The body of a registration, by `users.login`. Other fields (id, is_admin, …) are dropped (ASVS 15.3.3). */
export const registerBodyOf = (config: Config): z.ZodType<Registering> =>
  isByName(config) ? namedBody : registerBody

/** The same text for every outcome an anonymous client may not learn (ASVS 6.3.8); mail tells the difference. */
const REGISTERED = API_TEXTS['register.done']
const REGISTERED_BY_NAME = API_TEXTS['register.done_by_name']
const TOLD = API_TEXTS['register.mailed']
/** How long after one mail "this address has an account" the next registration with the address sends none. ms */
const TAKEN_REST = 3_600_000

export interface Registered {
  /** what to tell the client */
  message: string
  /** the user has to confirm their address first */
  mustVerify: boolean
  /** confirms the address as a mailed link does; only in development and test */
  verifyToken?: string
}

/**
 * Registers. A claim code makes the owner, with all the owner's data; an invitation, the invited user;
 * without either, a new user, where registration is open.
 *
 * @throws Problem `registration_closed`: the same without a code, with a wrong one, and after the claim
 */
export function registration(kit: Kit): (req: Incoming, given: Registering) => Promise<Registered> {
  const { db, clock, config, settings } = kit
  const { passwords, queue } = loginParts(kit)
  const appWords = wordsOf(kit)
  const mail = verificationMail(kit)
  const invited = invitations(kit)
  const { mayClaim, claim } = claiming(kit)

  return async (req, given) => {
    const { email, username, claim_code: claimCode, invite_code: inviteCode } = given
    // Before anything is hashed, so that guessing codes costs the server nothing.
    if (claimCode !== undefined) {
      if (!(await mayClaim(claimCode))) throw refused(req, 'claim_refused')
    } else if (inviteCode !== undefined) {
      const isInvited = kit.registrationOpen(true) && (await invited.isGood(inviteCode, email ?? username!))
      if (!isInvited) throw refused(req, 'invite_refused')
    } else if (!kit.registrationOpen()) throw new Problem('registration_closed')
    // The owner's existing name may have any form.
    if (email === null && claimCode === undefined) assertNewName(username!)
    assertHardToGuess(given.password, [...appWords, email, username])
    await assertUnbreached(kit, req, given.password)
    const address = clientAddress(req, settings.TRUST_PROXY)
    const network = networkOf(address)
    const client = addressGroup(address)
    const isStranger = claimCode === undefined && inviteCode === undefined
    const asker = { known: !isStranger, network: isStranger ? network : 'code', client }
    const passwordHash = await queue(asker, () => passwords.hashNew(given.password))
    const account: NewAccount = { email, username, passwordHash }
    if (claimCode !== undefined) await claim(req, account, claimCode)
    else if (inviteCode !== undefined) await invited.accept(req, inviteCode, account)
    else {
      const verifyToken = await join(req, { ...account, mustVerify: mail !== null, openly: true })
      if (mail) return { message: TOLD, mustVerify: true, verifyToken }
    }
    return { message: email === null ? REGISTERED_BY_NAME : REGISTERED, mustVerify: false }
  }

  function refused(req: Incoming, event: AuditEvent): Problem {
    noteRefusal(kit, req, event)
    return new Problem('registration_closed')
  }

  /** @returns a token to confirm the address with; undefined in staging and production, and without mail */
  async function join(req: Incoming, account: NewAccount): Promise<string | undefined> {
    const { added, token } = await db.transaction(async (trx) => {
      const id = await addAccount(trx, kit, account)
      if (id === null) await undone(trx, (inner) => asNobody(inner, account))
      else await kit.registered(trx, id)
      if (mail && account.email !== null)
        await tell(trx, req, mail, { email: account.email, isTaken: id === null })
      await audit(trx, kit, req, id === null ? 'register_taken' : 'registered', id)
      return { added: id, token: await shownToken(trx, id, account.email) }
    })
    if (added !== null) tellApp(kit, 'onRegistered', added)
    mail?.hurry()
    return token
  }

  /** Spares a developer the mail. For a taken address it is a token of the same form that confirms nothing. */
  async function shownToken(
    trx: Knex.Transaction,
    user: UserId | null,
    email: string | null,
  ): Promise<string | undefined> {
    if (!mail || email === null || !isAtWork(settings.ENVIRONMENT)) return undefined
    if (user === null) return newToken()
    const life = await linkLife(trx, clock, 'verify', user)
    return issueLink(trx, clock, { kind: 'verify', user, email, life })
  }

  /** Mails what no answer says: a link to a new address, or to a taken one that it has an account. */
  async function tell(
    trx: Knex.Transaction,
    req: Incoming,
    mail: Outbox,
    { email, isTaken }: { email: string; isTaken: boolean },
  ): Promise<void> {
    const { table, id } = config.users
    const [user] = await trx(table).whereRaw('lower(email) = ?', [email]).pluck(id)
    const kind = isTaken ? 'taken' : 'verify'
    await putOnce(trx, kit, mail, { kind, user: user ?? null, req, rest: TAKEN_REST })
  }

  /**
   * Does the work of making an account and discards it. Its names are as long as those that were given, and of letters, since
   * columns of the app may be short or checked; what they refuse all the same does not fail this request.
   */
  async function asNobody(inner: Knex.Transaction, account: NewAccount): Promise<void> {
    const { email, username } = account
    const throwaway = {
      ...account,
      email: email?.replace(/^[^@]+/, (local) => letters(local.length)) ?? null,
      ...(username && { username: letters(username.length) }),
    }
    const id = await addAccount(inner, kit, throwaway).catch((error: { code?: string }) => {
      if (/^2[23]/.test(error.code ?? '')) return null
      throw error
    })
    if (id !== null) await kit.registered(inner, id)
  }
}

/** Random letters. */
const letters = (length: number) =>
  [...randomBytes(length)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')
