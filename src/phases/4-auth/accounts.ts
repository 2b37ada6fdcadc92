import type { Knex } from 'knex'
import type { Clock } from '../../core/clock.js'
import type { Config } from '../../core/config.js'
import type { UserId } from '../../core/context.js'
import { usernameOf } from './names.js'
import { ownerHasLogin } from './owner-login.js'
import { moveSequence, newRow, usersColumns } from './users-table.js'

export interface NewAccount {
  email: string
  passwordHash: string
  username?: string
  admin?: boolean
}

export interface Account {
  id: UserId
  /** ours, else the app's own where the configuration names its column */
  passwordHash: string | null
  /** nothing of ours is stored yet */
  isNew: boolean
}

interface Users {
  config: Config
  clock: Clock
}

/** Registrations wait for one another: they look at e-mails, names and the sequence, then write. */
async function takeTurns(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('usertwo.users', 0))`)
}

/** Whoever has this e-mail address or, without "@", this user name; and the hash of their password. */
export async function findAccount(db: Knex, config: Config, login: string): Promise<Account | null> {
  const { table, id, password } = config.users
  const byEmail = login.includes('@')
  if (!byEmail && !(await usersColumns(db, table)()).has('username')) return null
  const found: { id: UserId; ours: string | null; own: string | null } | undefined = await db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .whereRaw(byEmail ? 'lower(u.email) = ?' : 'u.username = ?', [byEmail ? login.toLowerCase() : login])
    .whereRaw('c.is_active is not false')
    .first({ id: `u.${id}`, ours: 'c.password_hash', own: password ? `u.${password}` : db.raw('null') })
  if (!found) return null
  return { id: found.id, passwordHash: found.ours ?? found.own, isNew: found.ours === null }
}

/** Makes a user; null when the e-mail address or the given user name is taken. The first of two at once wins. */
export async function addAccount(
  trx: Knex.Transaction,
  { config, clock }: Users,
  given: NewAccount,
): Promise<UserId | null> {
  const { table, id } = config.users
  await takeTurns(trx)
  if (await trx(table).whereRaw('lower(email) = ?', [given.email]).first(id)) return null
  await moveSequence(trx, config.users)
  const wanted = given.username ?? (await freeUsername(trx, table, usernameOf(given.email)))
  const person = { email: given.email, is_admin: given.admin ?? false, username: wanted }
  const row = await newRow(trx, config.users, person, clock.now())
  const [made] = (await trx(table).insert(row).onConflict().ignore().returning(id)) as Record<
    string,
    UserId
  >[]
  if (!made) return null
  await setPassword(trx, made[id]!, given.passwordHash)
  return made[id]!
}

/**
 * Gives the owner's row its e-mail address and password, once: an owner who can log in is left alone, and of two
 * at once one finds it so. Its owner is the administrator.
 *
 * @returns false when it was claimed before
 * @throws EmailTaken when another user has the address
 */
export async function claimOwner(
  trx: Knex.Transaction,
  { config, clock }: Users,
  given: NewAccount,
): Promise<boolean> {
  const { table, id } = config.users
  const owner = config.owner.id
  await takeTurns(trx)
  if (await ownerHasLogin(trx, config)) return false
  if (await trx(table).whereRaw('lower(email) = ?', [given.email]).whereNot(id, owner).first(id))
    throw new EmailTaken()
  if (!(await trx(table).where(id, owner).first(id))) {
    // An app that makes its only user at the first request may not have had one yet.
    const wanted = await freeUsername(trx, table, given.username ?? usernameOf(given.email))
    const person = { email: given.email, username: wanted }
    const row = await newRow(trx, config.users, person, clock.now(), owner)
    await trx(table).insert(row)
  }
  await trx(table).where(id, owner).update({ is_admin: true })
  // An address that is the same but for its case stays as the app wrote it.
  await trx(table)
    .where(id, owner)
    .whereRaw('lower(email) is distinct from ?', [given.email])
    .update({ email: given.email })
  await setPassword(trx, owner, given.passwordHash)
  await moveSequence(trx, config.users)
  return true
}

/** Only somebody who may claim the owner gets to hear this. */
export class EmailTaken extends Error {}

export async function setPassword(db: Knex, user: UserId, passwordHash: string): Promise<void> {
  await db('usertwo.credentials')
    .insert({ user_id: user, password_hash: passwordHash })
    .onConflict('user_id')
    .merge({ password_hash: passwordHash, updated_at: db.fn.now() })
}

/**
 * Keeps a hash made at a good login, of the password `stored` was made of: a password that was changed meanwhile
 * stays changed.
 *
 * @param stored what we had; null: a hash of the app's own
 */
export async function rehash(
  db: Knex,
  user: UserId,
  stored: string | null,
  passwordHash: string,
): Promise<boolean> {
  const kept = await db('usertwo.credentials')
    .insert({ user_id: user, password_hash: passwordHash })
    .onConflict('user_id')
    .merge({ password_hash: passwordHash, updated_at: db.fn.now() })
    .whereRaw('credentials.password_hash is not distinct from ?', [stored])
    .returning('user_id')
  return kept.length > 0
}

async function freeUsername(trx: Knex.Transaction, table: string, wanted: string): Promise<string> {
  if (!(await usersColumns(trx, table)()).has('username')) return wanted
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`
    if (!(await trx(table).where({ username: name }).first('username'))) return name
  }
}
