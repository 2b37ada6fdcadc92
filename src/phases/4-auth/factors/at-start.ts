import { ConfigError } from '../../../core/config-error.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { factorParts } from './factor-parts.js'
import type { SecretBox } from './secret-box.js'

interface Sealed {
  user_id: UserId
  secret: string | null
  pending_secret: string | null
}

const COLUMNS = ['secret', 'pending_secret'] as const

/**
 * Encrypts again, with the key of JWT_SECRET, what was encrypted with that of JWT_SECRET_BEFORE. Of several processes at
 * once one does it. Stops the start where neither opens a factor: its user could log in by a recovery code alone.
 *
 * @throws ConfigError
 */
export async function factorsAtStart(kit: Kit): Promise<void> {
  const { box } = factorParts(kit)
  const others: Sealed[] = await kit
    .db('usertwo.totp')
    .whereRaw(`split_part(secret, '.', 1) <> ? or split_part(pending_secret, '.', 1) <> ?`, [
      box.current,
      box.current,
    ])
    .select('user_id', ...COLUMNS)
  const unknown = others.filter((row) =>
    COLUMNS.some((column) => row[column] !== null && !box.knows(row[column])),
  )
  if (unknown.length > 0) throw unreadable(unknown)
  for (const row of others) await sealAgain(kit, box, row)
}

async function sealAgain({ db }: Kit, box: SecretBox, row: Sealed): Promise<void> {
  for (const column of COLUMNS) {
    const sealed = row[column]
    if (sealed === null || sealed.startsWith(`${box.current}.`)) continue
    const again = box.seal(box.open(sealed, row.user_id), row.user_id)
    await db('usertwo.totp')
      .where({ user_id: row.user_id, [column]: sealed })
      .update({ [column]: again })
  }
}

function unreadable(rows: readonly Sealed[]): ConfigError {
  const shown = rows.slice(0, 5).map(({ user_id }) => user_id)
  const more = rows.length > 5 ? ` and ${rows.length - 5} more` : ''
  return new ConfigError('The environment is not usable', [
    `JWT_SECRET: the second factor of user ${shown.join(', ')}${more} is encrypted with another one; set JWT_SECRET_BEFORE to that, or where it is lost run for each: usertwo users factors WHO --reset`,
  ])
}
