import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import type { Knex } from 'knex'
import { loadProject } from '../../../proof/gate/project.js'
import type { Config } from '../../../src/config/config.js'
import type { UserId } from '../../../src/core/context.js'
import { Problem } from '../../../src/core/problem.js'
import { isByName } from '../../../src/phases/4-auth/accounts/names.js'
import { usersColumns } from '../../../src/phases/4-auth/accounts/users-table.js'
import { disable, setActive } from '../../../src/phases/4-auth/admin/disable-user.js'
import { isKnownHash } from '../../../src/phases/4-auth/passwords/password-formats.js'
import { removeUser, triedRemoval } from '../../../src/phases/4-auth/privacy/remove-user.js'
import { createUser, LoginExists } from '../../../src/phases/4-auth/registration/create-user.js'
import { untilForgotten } from '../../../src/phases/4-auth/sessions/until-forgotten.js'
import { giveOwnRows } from '../../../src/phases/6-isolation/users/per-user-rows.js'
import { assertSchema } from '../../claimed.js'
import { EXIT, implement } from '../../command.js'
import { databaseUrl, withDatabase, writableDatabaseUrl } from '../../database.js'
import type { Values } from '../../declared/declaration.js'
import { userCommands } from '../../declared/users.js'
import { recordedGo } from '../../recorded.js'
import { UsageError } from '../../usage-error.js'
import { userFactors } from '../../users/factors.js'
import { userProviders } from '../../users/providers.js'
import { resetLink } from '../../users/reset-link.js'
import { changeRole } from '../../users/roles.js'
import { verifyUser } from '../../users/verify.js'
import { userOf } from '../../users/who.js'

/** From this phase on users cannot reach each other's rows. */
const ISOLATION = 6

type UsersValues = Values<typeof userCommands.users>

export const command = implement(userCommands.users, async ({ values, action, words }) => {
  const [who] = words
  const { config, folder } = await loadProject(values.config)
  const isRead =
    action === 'list' || (action === 'factors' && !values.reset) || (action === 'providers' && !values.unlink)
  const url = isRead ? databaseUrl(values.database) : writableDatabaseUrl(values)
  return withDatabase(url, async (db) => {
    await assertSchema(db)
    if (action === 'list') return list(db, config, values)
    if (action === 'create') return create(db, config, folder, who!, values)
    const user = await userOf(db, config, who!)
    if (action === 'grant' || action === 'ungrant') return changeRole(db, config, user, action, values)
    if (action === 'verify') return verifyUser(db, user)
    if (action === 'factors') return userFactors(db, config, user, values)
    if (action === 'providers') return userProviders(db, config, user, values)
    if (action === 'reset-link') return resetLink(db, config, user, values)
    return action === 'remove'
      ? remove(db, config, user, values)
      : switchTo(db, config, user, action === 'enable', values)
  })
})

async function list(
  db: Knex,
  { users: { table, id, password } }: Config,
  { json }: UsersValues,
): Promise<number> {
  const names = await usersColumns(db, table)()
  const found = (await db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .orderBy(`u.${id}`)
    .select({
      id: `u.${id}`,
      email: 'u.email',
      username: names.has('username') ? 'u.username' : db.raw('null'),
      admin: 'u.is_admin',
      active: 'c.is_active',
      ours: 'c.password_hash',
      own: password ? `u.${password}` : db.raw('null'),
    })) as {
    id: UserId
    email: string | null
    username: string | null
    admin: boolean
    active: boolean | null
    ours: string | null
    own: string | null
  }[]
  const rows = found.map(({ active, ours, own, ...one }) => ({
    ...one,
    canLogIn: active !== false && (ours !== null || isKnownHash(own)),
  }))
  if (json) console.log(JSON.stringify(rows, null, 2))
  else
    for (const one of rows)
      console.log(
        `${one.id}  ${one.email ?? one.username ?? '(no e-mail address)'}${one.admin ? '  admin' : ''}${one.canLogIn ? '' : '  cannot log in'}`,
      )
  return EXIT.go
}

/** @param folder of the configuration, where the record is */
async function create(
  db: Knex,
  config: Config,
  folder: string,
  login: string,
  values: UsersValues,
): Promise<number> {
  const given = values['password-stdin'] ? (await text(process.stdin)).replace(/\r?\n$/, '') : null
  const password = given ?? randomBytes(15).toString('base64url')
  try {
    const registered = (trx: Knex.Transaction, id: UserId) => giveOwnRows(trx, config, id)
    const who = isByName(config) ? { username: login } : { email: login }
    const id = await createUser(db, config, { ...who, password, admin: values.admin }, { registered })
    if (values.json) console.log(JSON.stringify({ id, ...who, ...(given === null && { password }) }, null, 2))
    else
      console.log(
        `User ${id}: ${login}${given === null ? `\nPassword (shown this once): ${password}\nTo let them choose one: usertwo users reset-link ${login}` : ''}`,
      )
    if (config.auth.onRegistered)
      console.error(
        `auth.onRegistered was not called, as it runs in the app alone: rows that it makes are missing for user ${id}. newUserRows and perUser make those that every user needs here too`,
      )
    if (!recordedGo(config, folder, ISOLATION).phases()?.includes(ISOLATION))
      console.error(
        `No GO of phase ${ISOLATION} is recorded for this app: nothing has shown yet that users cannot reach each other's rows. Run: usertwo gate --record`,
      )
    return EXIT.go
  } catch (error) {
    if (error instanceof LoginExists) {
      console.error(`users create: ${error.message}`)
      return EXIT.noGo
    }
    if (!(error instanceof Problem)) throw error
    const { errors } = error.members as { errors?: { field: string; message: string }[] }
    const lines = errors?.map(({ field, message }) => `${field}: ${message}`) ?? [error.message]
    throw new UsageError(`users create: ${lines.join('; ')}`)
  }
}

async function switchTo(
  db: Knex,
  config: Config,
  user: UserId,
  active: boolean,
  { force }: UsersValues,
): Promise<number> {
  if (active) await setActive(db, user, true)
  else if (!(await disable(db, config, user, { force }))) {
    console.log(
      `User ${user} is the only administrator who can log in; make another one first (users grant WHO), or say --force.`,
    )
    return EXIT.noGo
  } else await untilForgotten({ db, config }, user)
  console.log(
    active ? `User ${user} can log in again.` : `User ${user} is disabled: all their logins have ended.`,
  )
  return EXIT.go
}

async function remove(db: Knex, config: Config, user: UserId, { yes }: UsersValues): Promise<number> {
  const listed = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([table, count]) => `${table} ${count}`)
      .join(', ') || 'none'
  if (!yes) {
    const rows = listed(await triedRemoval(db, config, user))
    console.log(`This removes user ${user} and all their rows, for good: ${rows}. Say --yes to do it.`)
    return EXIT.noGo
  }
  const removed = await removeUser(db, config, user)
  await untilForgotten({ db, config }, user)
  console.log(`User ${user} is gone. Rows removed: ${listed(removed)}.`)
  return EXIT.go
}
