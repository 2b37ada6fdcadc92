import type { ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { type Account, accountOf } from '../accounts/accounts.js'
import { type Attempt, attempts } from '../attempts/attempt.js'
import { type AuditEvent, audit } from '../audit.js'
import { noSooner } from '../equal-work.js'
import { beginLogin, type LoggedIn } from '../login/begin-login.js'
import { API_TEXTS } from '../words/en-api.js'
import type { AssertedCredential, passkeyLoginBody } from './passkey-bodies.js'
import { passkeyLibrary } from './passkey-library.js'
import { passkeyParts } from './passkey-parts.js'
import { type PasskeyRow, passkeyBy, useCounter } from './passkey-rows.js'

const REFUSED = API_TEXTS['refused.passkey']
/** Only a client with the passkey gets this. */
const FIRST = API_TEXTS['refused.email_unconfirmed']
/** The minimum time that recording a refusal takes. */
const REFUSED_MS = 10

type Given = z.output<typeof passkeyLoginBody>

export interface PasskeyLogin {
  /** What the browser needs to offer passkeys, in JSON. It names no account. */
  challenge(req: Incoming, res: ServerResponse): Promise<object>
  /**
   * Begins the login of the user whose passkey answered. It needs no password and no second factor: the authenticator is
   * one factor, and what it verified its user by is another.
   *
   * @throws Problem `invalid_credentials`, the same answer for every cause; `rate_limited`; `email_not_verified`
   */
  logIn(req: Incoming, given: Given, inCookie: boolean): Promise<LoggedIn>
}

export function passkeyLogin(kit: Kit): PasskeyLogin {
  const { db, config } = kit
  const { rp, ask } = passkeyParts(kit)
  const attempt = attempts(kit)
  const begin = beginLogin(kit)
  const accept = accepting(kit)

  /** A flood of unknown clients never queries passkeys. Wrong answers count for the address: no account is named. */
  async function takePlaces(mine: Attempt, { id }: AssertedCredential): Promise<void> {
    const passkey = mine.device ? await passkeyBy(db, id) : undefined
    const device = passkey && mine.recognise(await accountOf(db, config, passkey.userId))
    if (device) return mine.take(`device ${device.nonce}`)
    mine.assertAddressFree()
    await mine.takeByAddress()
  }

  return {
    async challenge(req, res) {
      const challenge = await ask(req, res)
      return (await passkeyLibrary()).requestOptions({ challenge, rp })
    },
    logIn: (req, { credential, shared_computer: isShared }, inCookie) =>
      attempt(req, {
        before: (mine) => takePlaces(mine, credential),
        async work({ device }) {
          const account = await accept(req, credential)
          return begin(req, account, { by: 'passkey', device, isShared, inCookie, withFactor: true })
        },
      }),
  }
}

function accepting(kit: Kit): (req: Incoming, credential: AssertedCredential) => Promise<Account> {
  const { db, config, clock } = kit
  const { rp, answered } = passkeyParts(kit)

  /** Returns the account; or what is noted of an answer that is refused. */
  async function check(
    req: Incoming,
    credential: AssertedCredential,
    passkey: PasskeyRow | undefined,
  ): Promise<Account | AuditEvent> {
    // Used up first, whatever else is wrong.
    const answer = await answered(req, credential.response.clientDataJSON, null)
    if (!answer || !passkey || credential.response.userHandle !== passkey.userHandle) return 'passkey_refused'
    const { asserted } = await passkeyLibrary()
    const used = await asserted(credential, { ...answer, rp }, passkey)
    if (used?.isBackupEligible !== passkey.isBackupEligible) return 'passkey_refused'
    const account = await accountOf(db, config, passkey.userId)
    if (!account) return 'passkey_refused'
    return (await useCounter(db, passkey.id, used, clock.now())) ? account : 'passkey_counter'
  }

  return async (req, credential) => {
    const passkey = await passkeyBy(db, credential.id)
    const found = await check(req, credential, passkey)
    if (typeof found === 'string') {
      // The insert checks a foreign key if the passkey exists, and not otherwise; the minimum time hides the difference.
      await noSooner(REFUSED_MS, () => audit(db, kit, req, found, passkey?.userId ?? null))
      throw new Problem('invalid_credentials', REFUSED)
    }
    if (found.unverified) {
      await audit(db, kit, req, 'login_unverified', found.id)
      throw new Problem('email_not_verified', FIRST)
    }
    await audit(db, kit, req, 'passkey_used', found.id)
    return found
  }
}
