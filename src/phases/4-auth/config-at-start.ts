import { ConfigError } from '../../core/config-error.js'
import type { Kit } from '../../core/kit.js'
import { ownedRoutes } from '../../express/owned-routes.js'
import { isByName } from './names.js'
import { usersColumns } from './users-table.js'
import { assertWords } from './words/assert-words.js'

/** @throws ConfigError where the configuration says what only the users table or the catalogue of texts can tell is wrong */
export async function configAtStart(kit: Pick<Kit, 'config' | 'db'>): Promise<void> {
  assertWords(kit.config)
  ownedRoutes(kit.config)
  await assertNames(kit)
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
