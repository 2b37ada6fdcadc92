import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import type { Knex } from 'knex'
import { loadProject } from '../../../proof/gate/project.js'
import type { Config } from '../../../src/config/config.js'
import { didYouMean } from '../../../src/config/nearest.js'
import type { UserId } from '../../../src/core/context.js'
import { Problem } from '../../../src/core/problem.js'
import { createUser, LoginTaken } from '../../../src/phases/4-auth/accounts/create-user.js'
import { disable, setActive } from '../../../src/phases/4-auth/accounts/disable-user.js'
import { isByName } from '../../../src/phases/4-auth/accounts/names.js'
import { usersColumns } from '../../../src/phases/4-auth/accounts/users-table.js'
import { isKnownHash } from '../../../src/phases/4-auth/passwords/password-formats.js'
import { untilForgotten } from '../../../src/phases/4-auth/sessions/kept-logins.js'
import { giveOwnRows } from '../../../src/phases/6-isolation/users/per-user-rows.js'
import { removeUser } from '../../../src/phases/6-isolation/users/remove-user.js'
import { assertSchema } from '../../claimed.js'
import { atMost, type Command, DATABASE_OPTIONS, EXIT, UsageError } from '../../command.js'
import { databaseUrl, withDatabase, writableDatabaseUrl } from '../../database.js'
import { recordedGo } from '../../recorded.js'
import { resetLink } from '../../users/reset-link.js'
import { changeRole } from '../../users/roles.js'
import { verifyUser } from '../../users/verify.js'
import { userOf } from '../../users/who.js'

const VERBS = [
  'list',
  'create',
  'grant',
  'ungrant',
  'verify',
  'reset-link',
  'disable',
  'enable',
  'remove',
] as const
const isVerb = (word = ''): word is (typeof VERBS)[number] => (VERBS as readonly string[]).includes(word)

/** From this phase on users cannot reach each other's rows. */
const ISOLATION = 6

interface Values {
  yes: boolean
  json: boolean
  admin: boolean
  'password-stdin': boolean
  force: boolean
  role?: string
  url?: string
}

export const command: Command = {
  name: 'users',
  usage:
    'users list | create EMAIL|NAME [--admin] [--password-stdin] | grant WHO [--role ROLE] | ungrant WHO [--role ROLE] [--force] | verify WHO | reset-link WHO [--url URL] | disable WHO [--force] | enable WHO | remove WHO --yes   [--database URL] [--allow-remote] [--json] [--config FILE]',
  about:
    'lists users, makes one (with a password from standard input, else a new one, shown once), makes one admin or gives one a role and takes it away, takes the address of one as confirmed, prints a link to set a new password, ends all logins of one, removes one with all their rows; WHO is an e-mail address, user name or id',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...DATABASE_OPTIONS,
        'allow-remote': { type: 'boolean', default: false },
        admin: { type: 'boolean', default: false },
        'password-stdin': { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
        role: { type: 'string' },
        url: { type: 'string' },
      },
    })
    atMost(2, positionals, command)
    const [what, who] = positionals
    if (!isVerb(what))
      throw new UsageError(
        `users: say \`users list\`, or one of ${VERBS.slice(1).join(', ')} and an e-mail address${didYouMean(what, VERBS, 'users ')}`,
      )
    if (what !== 'list' && !who)
      throw new UsageError(
        `users ${what}: give the e-mail address${what === 'create' ? ', or the user name where people log in with that' : ', user name or id'}`,
      )
    const { config, folder } = await loadProject(values.config)
    const url = what === 'list' ? databaseUrl(values.database) : writableDatabaseUrl(values)
    return withDatabase(url, async (db) => {
      await assertSchema(db)
      if (what === 'list') return list(db, config, values)
      if (what === 'create') return create(db, config, folder, who!, values)
      const user = await userOf(db, config, who!)
      if (what === 'grant' || what === 'ungrant') return changeRole(db, config, user, what, values)
      if (what === 'verify') return verifyUser(db, user)
      if (what === 'reset-link') return resetLink(db, config, user, values)
      return what === 'remove'
        ? remove(db, config, user, values)
        : switchTo(db, config, user, what === 'enable', values)
    })
  },
}

async function list(db: Knex, { users: { table, id, password } }: Config, { json }: Values): Promise<number> {
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
  values: Values,
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
    if (!recordedGo(config, folder, ISOLATION).phases()?.includes(ISOLATION))
      console.error(
        `No GO of phase ${ISOLATION} is recorded for this app: nothing has shown yet that users cannot reach each other's rows. Run: usertwo gate --record`,
      )
    return EXIT.go
  } catch (error) {
    if (error instanceof LoginTaken) {
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
  { force }: Values,
): Promise<number> {
  if (active) await setActive(db, user, true)
  else if (!(await disable(db, config, user, { force }))) {
    console.log(
      `User ${user} is the only administrator who can log in; make another one first (users grant WHO), or say --force.`,
    )
    return EXIT.noGo
  } else await untilForgotten(config)
  console.log(
    active ? `User ${user} can log in again.` : `User ${user} is disabled: all their logins have ended.`,
  )
  return EXIT.go
}

async function remove(db: Knex, config: Config, user: UserId, { yes }: Values): Promise<number> {
  if (!yes) {
    console.log(`This removes user ${user} and all their rows, for good. Say --yes to do it.`)
    return EXIT.noGo
  }
  const removed = await removeUser(db, config, user)
  await untilForgotten(config)
  const rows = Object.entries(removed).map(([table, count]) => `${table} ${count}`)
  console.log(`User ${user} is gone. Rows removed: ${rows.join(', ') || 'none'}.`)
  return EXIT.go
}
