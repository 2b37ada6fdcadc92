import type pg from 'pg'
import type { Config } from '../../../config/config.js'
import type { Settings } from '../../../config/settings.js'
import { ConfigError } from '../../../core/config-error.js'

/**
 * How many people besides the owner can log in: what they have waits while the dial is below 6.
 * @param client on the toolkit's own connection
 */
export async function countOthers(client: pg.Client, { owner }: Config): Promise<number> {
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
 * Below phase 6 whoever reaches the app reads and writes as its owner. In production, once there are other users, that
 * has to be wanted.
 * @throws ConfigError with the variable that says so
 */
export async function refuseStrangers(client: pg.Client, config: Config, settings: Settings): Promise<void> {
  if (settings.ENVIRONMENT !== 'production' || settings.USERTWO_OPEN_TO_STRANGERS) return
  const others = await countOthers(client, config)
  if (others === 0) return
  throw new ConfigError('The app cannot start', [
    `USERTWO_PHASE=${settings.USERTWO_PHASE}: below 6 the app is open to whoever reaches it, and ${others} ${others === 1 ? 'person' : 'people'} besides the owner can log in; if nobody else reaches it, set USERTWO_OPEN_TO_STRANGERS=true, else USERTWO_PHASE=6 or above; usertwo backout ${settings.USERTWO_PHASE} tells what it means`,
  ])
}
