import type { Config } from './core/config.js'
import { openToAppLogin } from './database/app-login.js'
import { ensureRequestRole, requestRoleOf } from './database/login.js'
import { migrate } from './database/migrator.js'
import { withClient } from './database/with-client.js'
import { ownershipPlan } from './phases/6-isolation/schema/from-config.js'
import { type Identity, identityOn, preparedFor } from './phases/6-isolation/schema/identity.js'
import { reconcileOwnership } from './phases/6-isolation/schema/reconcile.js'

export interface MigrateUrls {
  /** owns the app's tables */
  url: string
  /** somebody who may create a role, for the one that requests run in; default: `url` */
  adminUrl?: string
  /** as the app connects; default: as whom the database was prepared for, at first `url` */
  appUrl?: string
}

/**
 * Brings a database to a phase: from 3 the toolkit's own tables, from 6 ownership. Running it again changes nothing.
 * `contract` also takes from old code what the configuration gave up, which raises the floor.
 */
export async function migrateTo(
  { url, adminUrl = url, appUrl }: MigrateUrls,
  config: Config,
  phase: number,
  { contract = false }: { contract?: boolean } = {},
): Promise<string[]> {
  const { applied } = await migrate(url, { phase, users: config.users, ownerId: config.owner.id })
  if (phase < 3) return applied
  const owner = await withClient(url, 'migrate', identityOn)
  const { database, login, role, requestLogin } = await appIdentity(url, appUrl)
  if (role !== owner.role)
    await withClient(adminUrl, 'migrate', (client) =>
      openToAppLogin(client, { app: role, owner: owner.role, requestLogin }),
    )
  if (phase < 6) return applied
  await withClient(adminUrl, 'migrate', (client) => ensureRequestRole(client, { database, login }))
  const plan = ownershipPlan(config, requestRoleOf(database), role)
  const { done } = await withClient(url, 'migrate', (client) =>
    reconcileOwnership(client, plan, { contract }),
  )
  return [...applied, ...done.map((step) => step.name)]
}

/** Who the app connects as: as its URL says, else as whom the database was prepared for, else as `url` says. */
export async function appIdentity(url: string, appUrl: string | undefined): Promise<Identity> {
  if (appUrl) return withClient(appUrl, 'migrate', identityOn)
  return withClient(url, 'migrate', async (client) => {
    const [owner, app] = [await identityOn(client), await preparedFor(client)]
    return app === null || app.role === owner.role ? owner : { ...owner, ...app, login: app.role }
  })
}
