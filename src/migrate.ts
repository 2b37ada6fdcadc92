import type pg from 'pg'
import type { Config } from './core/config.js'
import { openToAppLogin } from './database/app-login.js'
import { ensureRequestRole, requestRoleOf } from './database/login.js'
import { migrate } from './database/migrator.js'
import { withClient } from './database/with-client.js'
import { ownershipPlan } from './phases/6-isolation/ownership/from-config.js'
import { reconcileOwnership } from './phases/6-isolation/ownership/reconcile.js'

export interface MigrateUrls {
  /** owns the app's tables */
  url: string
  /** somebody who may create a role, for the one that requests run in; default: `url` */
  adminUrl?: string
  /** as the app connects, where that is another login than the tables' owner; default: `url` */
  appUrl?: string
}

/**
 * Brings a database to a phase: from 3 the toolkit's own tables, from 6 ownership. Running it again changes nothing.
 * `contract` also takes from old code what the configuration gave up, which raises the floor.
 */
export async function migrateTo(
  { url, adminUrl = url, appUrl = url }: MigrateUrls,
  config: Config,
  phase: number,
  { contract = false }: { contract?: boolean } = {},
): Promise<string[]> {
  const { applied } = await migrate(url, { phase, users: config.users, ownerId: config.owner.id })
  if (phase < 3) return applied
  const owner = await withClient(url, 'migrate', whoAmI)
  const { database, login, role } = appUrl === url ? owner : await withClient(appUrl, 'migrate', whoAmI)
  if (role !== owner.role)
    await withClient(adminUrl, 'migrate', (client) =>
      openToAppLogin(client, { app: role, owner: owner.role }),
    )
  if (phase < 6) return applied
  await withClient(adminUrl, 'migrate', (client) => ensureRequestRole(client, { database, login }))
  const plan = ownershipPlan(config, requestRoleOf(database), role)
  const { done } = await withClient(url, 'migrate', (client) =>
    reconcileOwnership(client, plan, { contract }),
  )
  return [...applied, ...done.map((step) => step.name)]
}

/** Who a connection is, and where. */
export interface Identity {
  database: string
  login: string
  /** what it acts as: the login, or the plain role that an administrator set for it */
  role: string
}

/** Who connects with this URL. */
export function identityOf(url: string): Promise<Identity> {
  return withClient(url, 'migrate', whoAmI)
}

async function whoAmI(client: pg.Client): Promise<Identity> {
  const { rows } = await client.query<Identity>(
    'select current_database() as database, session_user::text as login, current_user::text as role',
  )
  return rows[0]!
}
