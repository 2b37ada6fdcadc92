import { randomInt } from 'node:crypto'
import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import { digestOf } from '../links/one-time-token.js'

/** Without letters and digits that are taken for one another. */
export const CODE_LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'
/** 117 bits: from 112 on a plain hash is enough (ASVS 6.5.2). */
export const CODE_LENGTH = 24
const GROUP = 4
const HOW_MANY = 10

const newCode = () =>
  Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('')
const shown = (code: string) => code.match(new RegExp(`.{${GROUP}}`, 'g'))!.join('-')

/** Makes ten codes, and ends the ones there were. They can be shown this once: only hashes are kept. */
export async function makeRecoveryCodes(trx: Knex.Transaction, user: UserId): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, newCode)
  await trx('usertwo.recovery_codes').where({ user_id: user }).delete()
  await trx('usertwo.recovery_codes').insert(
    codes.map((code) => ({ code_hash: digestOf(code), user_id: user })),
  )
  return codes.map(shown)
}

/** Uses a code up: of many at once one has it. @param code without hyphens */
export async function useRecoveryCode(db: Knex, user: UserId, code: string, now: Date): Promise<boolean> {
  const used = await db('usertwo.recovery_codes')
    .where({ user_id: user, code_hash: digestOf(code) })
    .whereNull('used_at')
    .update({ used_at: now })
  return used === 1
}

/** How many codes a user has left. */
export async function recoveryCodesLeft(db: Knex, user: UserId): Promise<number> {
  const rows = await db('usertwo.recovery_codes')
    .where({ user_id: user })
    .whereNull('used_at')
    .pluck('code_hash')
  return rows.length
}
