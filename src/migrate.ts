import type { Config } from './config/config.js'
import { openToAppLogin } from './database/app-login.js'
import { closeLargeObjects, openLargeObjects } from './database/large-objects.js'
import { ensureRequestRole, requestRoleOf } from './database/login.js'
import { migrate } from './database/migrator.js'
import { withClient } from './database/with-client.js'
import { ownershipPlan } from './phases/6-isolation/schema/plan/from-config.js'
import { type Identity, identityOn, preparedFor } from './phases/6-isolation/schema/plan/identity.js'
import { type ReconcileOptions, reconcileOwnership } from './phases/6-isolation/schema/reconcile.js'

export interface MigrateUrls {
  /** owns the app's tables */
  url: string
  /** a login that may create the role of requests; a superuser also closes large objects. Default: `url` */
  adminUrl?: string
  /** the app's connection; default: the role the database was prepared for, at first `url` */
  appUrl?: string
}

/**
 * Migrates a database to a phase: from 3 usertwo's own tables, from 6 ownership. A repeated run changes
 * nothing. `contract` also removes what only old code needs, which raises the floor.
 */
export async function migrateTo(
  { url, adminUrl = url, appUrl }: MigrateUrls,
  config: Config,
  phase: number,
  {
    contract = false,
    leaveLargeObjects = false,
    ...told
  }: Pick<ReconcileOptions, 'contract' | 'onStep' | 'onBatch'> & { leaveLargeObjects?: boolean } = {},
): Promise<string[]> {
  const { applied } = await migrate(url, { phase, users: config.users, ownerId: config.owner.id })
  if (phase < 3) return applied
  const owner = await withClient(url, 'migrate', identityOn)
  const app = await appIdentity(url, appUrl)
  const { database, login, role, requestLogin } = app
  if (role !== owner.role)
    await withClient(adminUrl, 'migrate', (client) =>
      openToAppLogin(client, { app: role, owner: owner.role, requestLogin }),
    )
  if (phase < 6) return applied
  const settled = await withClient(adminUrl, 'migrate', async (client) => {
    await ensureRequestRole(client, { database, login })
    if (leaveLargeObjects) return []
    const settle = config.dangerouslyAllowLargeObjects ? openLargeObjects : closeLargeObjects
    return settle(client, callersOf(owner, app))
  })
  const plan = ownershipPlan(config, requestRoleOf(database), role)
  const { done } = await withClient(url, 'migrate', (client) =>
    reconcileOwnership(client, plan, { contract, ...told }),
  )
  return [...applied, ...settled, ...done.map((step) => step.name)]
}

/** Restores PUBLIC's rights on the functions of large objects, for a database that goes below phase 6. */
export async function giveBackLargeObjects({ url, adminUrl = url }: MigrateUrls): Promise<string[]> {
  const owner = await withClient(url, 'migrate', identityOn)
  const app = await appIdentity(url, undefined)
  return withClient(adminUrl, 'migrate', (client) => openLargeObjects(client, callersOf(owner, app)))
}

/** Returns the database and roles that may act as the system. */
const callersOf = (owner: Identity, { database, login, role }: Identity) => ({
  database,
  roles: [...new Set([owner.role, role, login])],
})

/** Returns the app's role: from its URL, else the role the database was prepared for, else that of `url`. */
export async function appIdentity(url: string, appUrl: string | undefined): Promise<Identity> {
  if (appUrl) return withClient(appUrl, 'migrate', identityOn)
  return withClient(url, 'migrate', async (client) => {
    const [owner, app] = [await identityOn(client), await preparedFor(client)]
    return app === null || app.role === owner.role ? owner : { ...owner, ...app, login: app.role }
  })
}
