import type pg from 'pg'
import type { Config } from '../../../config/config.js'
import type { Settings } from '../../../config/settings.js'
import { ConfigError } from '../../../core/config-error.js'
import { q, quotedTable } from '../../../database/quoted.js'

/**
 * Counts the users besides the owner who can log in: their rows are out of reach while the dial is below 6.
 * @param client on usertwo's own connection
 */
export async function countOthers(client: pg.Client, { auth, owner, users }: Config): Promise<number> {
  if (auth.by === 'app') {
    const { rows } = await client.query<{ others: number }>(
      `select count(*)::int as others from ${quotedTable(users.table)} where ${q(users.id)}::text <> $1`,
      [String(owner.id)],
    )
    return rows[0]!.others
  }
  const { rows: there } = await client.query<{ there: boolean }>(
    `select to_regclass('usertwo.credentials') is not null as there`,
  )
  if (!there[0]?.there) return 0
  const { rows } = await client.query<{ others: number }>(
    'select count(*)::int as others from usertwo.credentials where user_id::text <> $1',
    [String(owner.id)],
  )
  return rows[0]!.others
}

/**
 * Below phase 6 every client of the app reads and writes as its owner. In production, once there are other
 * users, a setting has to allow that.
 * @throws ConfigError that names the variable
 */
export async function refuseOtherUsers(client: pg.Client, config: Config, settings: Settings): Promise<void> {
  if (settings.ENVIRONMENT !== 'production' || settings.USERTWO_OPEN_TO_STRANGERS) return
  const others = await countOthers(client, config)
  if (others === 0) return
  throw new ConfigError('The app cannot start', [
    `USERTWO_PHASE=${settings.USERTWO_PHASE}: below 6 every client that reaches the app acts as its owner, and ${others} ${others === 1 ? 'person' : 'people'} besides the owner can log in; if no one else can reach it, set USERTWO_OPEN_TO_STRANGERS=true, otherwise USERTWO_PHASE=6 or above; usertwo backout ${settings.USERTWO_PHASE} explains the consequences`,
  ])
}
