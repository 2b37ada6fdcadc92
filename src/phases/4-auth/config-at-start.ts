import { ConfigError } from '../../core/config-error.js'
import type { Kit } from '../../core/kit.js'
import { ownedRoutes } from '../../express/owned-routes.js'
import { isByName } from './accounts/names.js'
import { leavesDemo, ownerHasLogin } from './accounts/owner-login.js'
import { usersColumns } from './accounts/users-table.js'
import { assertWords } from './words/assert-words.js'

/** @throws ConfigError where the users table or the catalogue of texts shows that the configuration is wrong */
export async function configAtStart(kit: Pick<Kit, 'config' | 'db' | 'settings'>): Promise<void> {
  assertWords(kit.config)
  ownedRoutes(kit.config)
  assertFactors(kit)
  await assertNames(kit)
  await assertNobodyIsDemo(kit)
}

/** A database that was claimed in development: the claimer would get the demo's rows. */
async function assertNobodyIsDemo({
  config,
  db,
  settings,
}: Pick<Kit, 'config' | 'db' | 'settings'>): Promise<void> {
  const { owner, users } = config
  if (!leavesDemo(config, settings.ENVIRONMENT) || !(await ownerHasLogin(db, config))) return
  throw new ConfigError('The app cannot start', [
    `demo.rows is 'development', and in ${settings.ENVIRONMENT} a user can log in as ${users.table}.${users.id} ${owner.id}, who owns the demo's rows; set rows: 'claimed' if the rows are theirs, or start with a database in which the owner is not claimed`,
  ])
}

/** The option may have been set after the migration. */
async function assertNames({ config, db }: Pick<Kit, 'config' | 'db'>): Promise<void> {
  if (!isByName(config)) return
  const { table } = config.users
  if ((await usersColumns(db, table)()).has('username')) return
  throw new ConfigError('The users table is not usable', [
    `users.login is 'username', and ${table} has no column username: alter table ${table} add column username text unique`,
  ])
}

/** Without a factor that users can have, no login would open the routes of `auth.stepUp`. */
function assertFactors({ config, settings }: Pick<Kit, 'config' | 'settings'>): void {
  if (config.auth.stepUp === undefined) return
  if (settings.AUTH_ENABLE_TOTP || settings.AUTH_ENABLE_PASSKEYS) return
  throw new ConfigError('usertwo.config', [
    'auth.stepUp: users can have no second factor; set AUTH_ENABLE_TOTP=true or AUTH_ENABLE_PASSKEYS=true, or take it out',
  ])
}
