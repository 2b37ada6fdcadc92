import type { EnrolmentAnswer, RecoveryCodesAnswer } from '../../../contract/answers.js'
import type { Person } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { audit } from '../audit.js'
import { noticed } from '../links/noticed.js'
import { endLogins } from '../sessions/end-sessions.js'
import { signedIn } from '../sessions/signed-in.js'
import { untilForgotten } from '../sessions/until-forgotten.js'
import { API_TEXTS } from '../words/en-api.js'
import { wrongCode } from './code-attempt.js'
import { factorParts } from './factor-parts.js'
import { type GivenCode, refusedCode } from './given-code.js'
import { issuerOf, totpLibrary } from './library.js'
import { proveAgain } from './prove-again.js'
import { makeRecoveryCodes } from './recovery-codes.js'
import { confirmPending, hasTotp, putPending, removeTotpRows, totpOf } from './totp-rows.js'

/** For how long a new secret waits for its code. ms */
const PENDING_MS = 15 * 60_000

const CODE_DUE = API_TEXTS['refused.factor_code_first']
const NONE = API_TEXTS['refused.factor_none']
const START_AGAIN = API_TEXTS['refused.factor_again']

export interface Enrolment {
  /**
   * Makes a new secret; the present one stays until a code confirms the new one. Who has a factor proves it first: a login
   * and its password are not enough to take another one (ASVS 6.4.4).
   */
  start(req: Incoming, code: GivenCode | undefined): Promise<EnrolmentAnswer>
  /** The first code of a new secret: from now on the factor is due at each login, and every other login is over. */
  confirm(req: Incoming, code: GivenCode): Promise<RecoveryCodesAnswer>
  /** Makes new recovery codes; the ones there were are over. */
  renewCodes(req: Incoming, code: GivenCode): Promise<RecoveryCodesAnswer>
  remove(req: Incoming, code: GivenCode): Promise<void>
}

/** Adds, changes and removes the second factor of the current user. Callers see to it that the login is recent. */
export function enrolment(kit: Kit): Enrolment {
  const { db } = kit
  const { before: proved } = proveAgain(kit)
  const newSecret = secretMaker(kit)
  return {
    async start(req, code) {
      const person = signedIn(kit, req)
      if (!(await hasTotp(db, person.id))) return newSecret(person)
      if (!code) throw refusedCode(CODE_DUE)
      return proved(req, code, () => newSecret(person))
    },

    confirm: confirming(kit),

    renewCodes: (req, code) =>
      proved(req, code, (user) =>
        db.transaction(async (trx) => {
          const recovery_codes = await makeRecoveryCodes(trx, user)
          await audit(trx, kit, req, 'recovery_codes_made', user)
          return { recovery_codes }
        }),
      ),

    remove: (req, code) =>
      proved(req, code, (user) =>
        noticed(kit, req, { event: 'factor_removed', user }, async (trx) => {
          if (!(await removeTotpRows(trx, user))) throw refusedCode(NONE)
        }),
      ),
  }
}

function confirming(kit: Kit): Enrolment['confirm'] {
  const { db, clock } = kit
  const { open } = factorParts(kit)
  return async (req, { kind, text }) => {
    const { id: user, sessionId } = signedIn(kit, req)
    const now = clock.now()
    const { pending_secret: sealed, pending_at: since } = (await totpOf(db, user)) ?? {}
    if (!sealed || now.getTime() - since!.getTime() > PENDING_MS) throw refusedCode(START_AGAIN)
    const { stepOf } = await totpLibrary()
    const step = kind === 'totp' ? stepOf(open(sealed, user), text, now) : null
    if (step === null) throw wrongCode()
    const recovery_codes = await noticed(kit, req, { event: 'factor_added', user }, async (trx) => {
      if (!(await confirmPending(trx, user, { sealed, step, now }))) throw refusedCode(START_AGAIN)
      await endLogins(trx, user, now, sessionId)
      await trx('usertwo.user_sessions').where({ id: sessionId }).update({ factor_at: now })
      return makeRecoveryCodes(trx, user)
    })
    await untilForgotten(kit, user)
    return { recovery_codes }
  }
}

function secretMaker(kit: Kit): (person: Person) => Promise<EnrolmentAnswer> {
  const { db, clock, config } = kit
  const { box } = factorParts(kit)
  return async ({ id, email, username }) => {
    const { newSecret, uriOf, qr } = await totpLibrary()
    const secret = newSecret()
    await putPending(db, id, box.seal(secret, id), clock.now())
    const uri = uriOf(secret, issuerOf(config), email ?? username ?? String(id))
    return { secret, uri, qr: qrSvg(qr(uri)) }
  }
}

/** Light modules around a code, without which scanners do not find it (ISO/IEC 18004). */
const QUIET = 4

/**
 * Draws a QR code as SVG: dark on white in every theme, as scanners expect it, without style attributes, which the pages'
 * Content-Security-Policy refuses.
 *
 * @param rows true: dark
 */
function qrSvg(rows: readonly (readonly boolean[])[]): string {
  const size = rows.length + 2 * QUIET
  const dark = rows.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}h-${size}z"/><path fill="#000" d="${dark.join('')}"/></svg>`
}
