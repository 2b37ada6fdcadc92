import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import type { Config } from '../../src/config/config.js'
import { assertOwnerAlone, type Loss, lossesOf } from '../../src/database/migrations/losses.js'
import { down } from '../../src/database/migrator.js'
import { giveBackLargeObjects, type MigrateUrls } from '../../src/migrate.js'

const ISOLATION = 6

export interface Undoing {
  to: number
  lost: Loss[]
  /** names of the migrations undone; empty unless asked with `yes` */
  undone: string[]
}

/**
 * Undoes the toolkit's own tables above a phase, or says what that would lose. What ownership laid into the
 * app's tables stays: below 6 it shows the owner's rows to old code. Below 6, PUBLIC may call the functions of large
 * objects again, if `adminUrl` is a superuser's.
 *
 * @throws SecondUserError when a user other than the owner could no longer log in
 */
export async function undo(urls: MigrateUrls, config: Config, to: number, yes: boolean): Promise<Undoing> {
  const { url } = urls
  const options = { to, users: config.users, ownerId: config.owner.id }
  const lost = await asLogin(url, async (client) => {
    const losses = await lossesOf(client, options)
    if (losses.length > 0) await assertOwnerAlone(client, config.owner.id)
    return losses
  })
  if (!yes) return { to, lost, undone: [] }
  const { undone } = await down(url, options)
  const given = to < ISOLATION ? await giveBackLargeObjects(urls) : []
  return { to, lost, undone: [...undone, ...given] }
}

/** The same for people. */
export function undoLines({ to, lost, undone }: Undoing): string[] {
  if (undone.length > 0)
    return [...undone.map((name) => `${name}  undone`), `the toolkit's tables are at phase ${to}`]
  if (lost.length === 0) return [`nothing to undo: the toolkit has no tables above phase ${to}`]
  return [
    ...lost.map(({ migration, what, count }) => `${migration}  drops ${what}: ${count} lost`),
    `nothing was changed; stop the app, then say it again with --yes. USERTWO_PHASE=${to} alone loses nothing`,
  ]
}
