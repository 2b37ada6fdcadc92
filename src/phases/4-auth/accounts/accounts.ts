import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import type { Clock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import { API_TEXTS } from '../words/en-api.js'
import { setPassword } from './credentials.js'
import { assertNewName, isByName, usernameOf } from './names.js'
import { ownerHasLogin } from './owner-login.js'
import { moveSequence, newRow, takeTurns, usersColumns } from './users-table.js'

/** Stored in place of a hash for a user who logs in by a provider alone: no password fits it, and the account is not new. */
export const NO_PASSWORD = '!none'

export interface NewAccount {
  /** null: the account has only a user name */
  email: string | null
  passwordHash: string
  /** default: derived from the address */
  username?: string
  /** refuse a taken user name, because no anonymous client chose it; default: append a number */
  nameAsItIs?: true
  admin?: boolean
  /** the user has to confirm the address before they can log in; default: not needed */
  mustVerify?: boolean
  /** anyone may have given the address, until a link that is mailed to it is used; default: they may not */
  openly?: boolean
}

export interface Account {
  id: UserId
  /** usertwo's hash, or the app's own where the configuration names its column; null: the user has no password */
  passwordHash: string | null
  /** usertwo has stored nothing for this account yet */
  isNew: boolean
  /** the user has to confirm their address first */
  unverified: boolean
  /** when it is raised, the account's devices are unknown again */
  deviceEpoch: number
}

export interface Users {
  config: Config
  clock: Clock
}

/**
 * A login as budgets identify it: full-width forms, capitals and surrounding space make no difference. Two
 * logins that this maps to one share a budget, and nothing else.
 */
export const normalised = (login: string) => login.normalize('NFKC').trim().toLowerCase().normalize('NFKC')

/** Returns the account with this e-mail address or, without "@", this user name, and its password hash. */
export async function findAccount(db: Knex, config: Config, login: string): Promise<Account | null> {
  if (login.includes('@') && !isByName(config))
    return account(db, config, 'lower(u.email) = ?', [login.toLowerCase()])
  if (!(await usersColumns(db, config.users.table)()).has('username')) return null
  return account(db, config, 'u.username = ?', [login])
}

/** Returns the account with this id. */
export const accountOf = (db: Knex, config: Config, user: UserId): Promise<Account | null> =>
  account(db, config, 'u.?? = ?', [config.users.id, user])

async function account(
  db: Knex,
  config: Config,
  condition: string,
  values: readonly (string | number)[],
): Promise<Account | null> {
  const { table, id, password } = config.users
  interface Found {
    id: UserId
    ours: string | null
    own: string | null
    epoch: number | null
    unverified: boolean | null
  }
  const found: Found | undefined = await db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .whereRaw(condition, values)
    .whereRaw('c.is_active is not false')
    .first({
      id: `u.${id}`,
      ours: 'c.password_hash',
      own: password ? `u.${password}` : db.raw('null'),
      epoch: 'c.device_epoch',
      unverified: db.raw('c.must_verify and not c.is_verified'),
    })
  if (!found) return null
  const { ours, own, epoch, unverified } = found
  return {
    id: found.id,
    passwordHash: ours === NO_PASSWORD ? null : (ours ?? own),
    isNew: ours === null,
    deviceEpoch: epoch ?? 0,
    unverified: unverified ?? false,
  }
}

/** Returns a user's e-mail address and, where the table has one, their user name. */
export async function namesOf(db: Knex, { users }: Config, user: UserId): Promise<(string | null)[]> {
  const columns = await usersColumns(db, users.table)()
  const names = ['email', 'username'].filter((name) => columns.has(name))
  const row = await db(users.table)
    .where(users.id, user)
    .first(users.id, ...names)
  return [row?.email ?? null, row?.username ?? null]
}

/** Returns when an account is to be deleted; null: it stays. */
export async function dueDeletion(db: Knex, user: UserId): Promise<Date | null> {
  const found: { due_at: Date } | undefined = await db('usertwo.deletions')
    .where({ user_id: user })
    .first('due_at')
  return found?.due_at ?? null
}

/** Returns the id of the account that already has the address, or without one the user name, in any case. */
const holderOf = (db: Knex, { users }: Config, { email, username }: NewAccount) =>
  email === null
    ? db(users.table).whereRaw('lower(username) = lower(?)', [username!]).first(users.id)
    : db(users.table).whereRaw('lower(email) = ?', [email]).first(users.id)

const nameOf = ({ email, username }: NewAccount): string => username ?? usernameOf(email!)

/**
 * Makes a user. Returns null when the e-mail address is taken, or the user name where users log in by it. Of
 * two at the same time the first wins. A taken user name that is not the login gets a number: a refusal would
 * reveal that such an account exists.
 */
export async function addAccount(
  trx: Knex.Transaction,
  { config, clock }: Users,
  given: NewAccount,
): Promise<UserId | null> {
  const { table, id } = config.users
  await takeTurns(trx)
  if (await holderOf(trx, config, given)) return null
  await moveSequence(trx, config.users)
  const asked = nameOf(given)
  const wanted = given.nameAsItIs ? asked : await freeUsername(trx, table, asked)
  const person = { email: given.email, is_admin: given.admin ?? false, username: wanted }
  const row = await newRow(trx, config.users, person, clock.now())
  const [made] = (await trx(table).insert(row).onConflict().ignore().returning(id)) as Record<
    string,
    UserId
  >[]
  if (!made) return null
  await setPassword(trx, made[id]!, given.passwordHash)
  const { mustVerify: must_verify = false, openly: registered_openly = false } = given
  if (must_verify || registered_openly)
    await trx('usertwo.credentials').where({ user_id: made[id]! }).update({ must_verify, registered_openly })
  return made[id]!
}

/**
 * Gives the owner's row its e-mail address and password, once: an owner who can log in is left alone, and of
 * two claims at the same time the second finds it claimed. The owner becomes an administrator.
 *
 * @returns false when it was claimed before
 * @throws LoginTaken when another user has the address, or the owner has another user name
 */
export async function claimOwnerRow(
  trx: Knex.Transaction,
  { config, clock }: Users,
  given: NewAccount,
): Promise<boolean> {
  const { table, id } = config.users
  const owner = config.owner.id
  await takeTurns(trx)
  if (await ownerHasLogin(trx, config)) return false
  if (given.email === null) await keepName(trx, config, given)
  else if (await trx(table).whereRaw('lower(email) = ?', [given.email]).whereNot(id, owner).first(id))
    throw new LoginTaken('email', API_TEXTS['refused.email_taken'])
  if (!(await trx(table).where(id, owner).first(id))) {
    // An app that makes its only user at the first request may not have one yet.
    const wanted = await freeUsername(trx, table, nameOf(given))
    const person = { email: given.email, username: wanted }
    const row = await newRow(trx, config.users, person, clock.now(), owner)
    await trx(table).insert(row)
  }
  await trx(table).where(id, owner).update({ is_admin: true })
  // An address that differs only in case stays as the app wrote it.
  if (given.email !== null)
    await trx(table)
      .where(id, owner)
      .whereRaw('lower(email) is distinct from ?', [given.email])
      .update({ email: given.email })
  await setPassword(trx, owner, given.passwordHash)
  await moveSequence(trx, config.users)
  return true
}

/** Only a client that may claim the owner sees this. */
export class LoginTaken extends Error {
  constructor(
    readonly field: 'email' | 'username',
    message: string,
  ) {
    super(message)
  }
}

/** Keeps the owner's user name if there is one, because the app's code may know them by it. Otherwise sets this one. */
async function keepName(trx: Knex.Transaction, { owner, users }: Config, given: NewAccount): Promise<void> {
  const { table, id } = users
  const name = nameOf(given)
  const [known]: (string | null)[] = await trx(table).where(id, owner.id).pluck('username')
  if (known === name) return
  if (typeof known === 'string')
    throw new LoginTaken('username', `The owner is called ${known} here: register with this name.`)
  assertNewName(name)
  if (await trx(table).whereRaw('lower(username) = lower(?)', [name]).whereNot(id, owner.id).first(id))
    throw new LoginTaken('username', API_TEXTS['refused.name_taken'])
  await trx(table).where(id, owner.id).update({ username: name })
}

async function freeUsername(trx: Knex.Transaction, table: string, wanted: string): Promise<string> {
  if (!(await usersColumns(trx, table)()).has('username')) return wanted
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`
    if (!(await trx(table).where({ username: name }).first('username'))) return name
  }
}
