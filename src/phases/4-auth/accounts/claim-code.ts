import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import type { Knex } from 'knex'
import { type Clock, systemClock } from '../../../core/clock.js'

// Without letters and digits that look alike.
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'
const LIFE_MS = 24 * 3_600_000

/**
 * Makes a one-time code with which the first registration claims the owner; it is valid for a day. Earlier
 * codes stop working. Only its hash is stored, so the code can be shown only now.
 *
 * @param othersStay earlier codes stay valid: an anonymous client requested this one, for the owner's mailbox
 */
export async function issueClaimCode(
  db: Knex,
  clock: Clock = systemClock,
  { othersStay = false } = {},
): Promise<string> {
  const four = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  const code = `${four()}-${four()}`
  const now = clock.now()
  await db.transaction(async (trx) => {
    if (!othersStay) await trx('usertwo.claims').whereNull('used_at').delete()
    await trx('usertwo.claims').insert({
      code_hash: digest(code).toString('hex'),
      created_at: now,
      expires_at: new Date(now.getTime() + LIFE_MS),
    })
  })
  return code
}

/**
 * Uses up a code, in the transaction that claims; a rolled-back claim leaves it valid.
 *
 * @param configured USERTWO_CLAIM_CODE, which is valid as well
 */
export async function useClaimCode(
  trx: Knex.Transaction,
  given: string,
  configured: string | undefined,
  clock: Clock,
): Promise<boolean> {
  const now = clock.now()
  const used = await usable(trx, given, now).update({ used_at: now })
  return used > 0 || isConfigured(given, configured)
}

/** Whether a code could be used now. It stays valid. */
export async function isClaimCode(
  db: Knex,
  given: string,
  configured: string | undefined,
  clock: Clock,
): Promise<boolean> {
  return (
    isConfigured(given, configured) || (await usable(db, given, clock.now()).first('code_hash')) !== undefined
  )
}

const usable = (db: Knex, given: string, now: Date) =>
  db('usertwo.claims')
    .where({ code_hash: digest(given).toString('hex') })
    .whereNull('used_at')
    .where((when) => {
      when.whereNull('expires_at').orWhere('expires_at', '>', now)
    })

const isConfigured = (given: string, configured: string | undefined) =>
  configured !== undefined && timingSafeEqual(digest(configured), digest(given))

/** The hash of a code. Case, spaces and hyphens do not matter. */
const digest = (code: string) =>
  createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest()
