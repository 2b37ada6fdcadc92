import { randomBytes } from 'node:crypto'
import type { Config } from '../../../src/config/config.js'
import type { UserId } from '../../../src/core/context.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import { isByName } from '../../../src/phases/4-auth/accounts/names.js'
import { createUser } from '../../../src/phases/4-auth/registration/create-user.js'
import type { GateDatabase, Member, People, Target, Visitor } from '../gate.js'
import { lastLines } from '../run/last-lines.js'
import { FAR, openRanges } from '../run/ranges.js'
import { nextAddress } from './addresses.js'
import { gatePassword, isByMail, newLoginName } from './login-names.js'
import { onDatabase } from './on-database.js'
import { loginByApp, ownerByApp, registerByApp } from './own-login.js'
import { memberByProxy, ownerByProxy } from './proxy-login.js'

/** Claims the owner over HTTP with the code. */
export async function meetOwner(
  target: Target,
  database: GateDatabase,
  config: Config,
  claimCode: string,
): Promise<Member> {
  if (config.auth.proxy) return ownerByProxy({ database, config })
  if (config.auth.by === 'app') {
    const account = credentials(config, 'helper')
    return ownerByApp({ target, database, config }, { address: nextAddress(), account })
  }
  const restore = await forgetOwnPassword(database, config)
  const account = await ownersCredentials(database, config)
  const owner = await member(target, config, 'owner', { ...account, claim_code: claimCode })
  await restore()
  return owner
}

/**
 * From phase 6 on the second user registers over HTTP; below, the account is made as an administrator would
 * make it. Each of the two gets a range of ids.
 */
export async function meetPeople(
  target: Target,
  database: GateDatabase,
  config: Config,
  dial: number,
  owner: Member,
): Promise<People> {
  const ranges = await openRanges(database)
  await ranges.take('other')
  // Their user id has a range too: it must not be mistaken for the id of a row.
  await database.sql('select setval(pg_get_serial_sequence($1, $2), $3::bigint)', [
    quotedTable(config.users.table),
    config.users.id,
    5 * FAR,
  ])
  const other =
    dial >= 6 || config.auth.by === 'app'
      ? await meetAnother({ target, database, config }, 'other')
      : await made(target, config, database)
  await ranges.take('owner')
  return { owner, other, anonymous: anonymous(), ranges }
}

async function made(target: Target, config: Config, database: GateDatabase): Promise<Member> {
  const account = credentials(config, 'other')
  await onDatabase(database, (db) => createUser(db, config, account))
  return login(target, config, 'other', account)
}

/**
 * Removes the password that the app itself stores for the owner, in a throw-away database: the gate does not
 * know it and could not claim. Returns a function that restores it, for the app's own login. Once the owner
 * is claimed, usertwo no longer asks for it.
 */
export async function forgetOwnPassword(
  database: GateDatabase,
  { users: { table, id, password }, owner }: Config,
): Promise<() => Promise<void>> {
  if (!password) return async () => {}
  const set = `update ${quotedTable(table)} set ${q(password)} = $2 where ${q(id)}::text = $1`
  const of = String(owner.id)
  const [row] = await database.sql<{ hash: string | null }>(
    `select ${q(password)} as hash from ${quotedTable(table)} where ${q(id)}::text = $1`,
    [of],
  )
  await database.sql(set, [of, ''])
  return async () => void (await database.sql(set, [of, row?.hash ?? null]))
}

/** What a gate needs to log someone in. */
export interface Meeting {
  target: Target
  database: GateDatabase
  config: Config
}

/** Registers one more user over HTTP; with usertwo's login from phase 6. */
export function meetAnother({ target, database, config }: Meeting, name: string): Promise<Member> {
  const account = credentials(config, name)
  if (config.auth.proxy) return memberByProxy({ database, config }, name, account.email)
  if (config.auth.by !== 'app') return member(target, config, name, account)
  return registerByApp({ target, database, config }, { name, address: nextAddress(), account })
}

/** Logs the same user in a second time. */
export function loginAgain(
  { target, database, config }: Meeting,
  person: Member,
  name: string,
): Promise<Member> {
  if (config.auth.proxy) return Promise.resolve({ ...person, name, address: nextAddress() })
  if (config.auth.by !== 'app') return login(target, config, name, person)
  return loginByApp({ target, database, config }, { name, address: nextAddress(), account: person })
}

export function anonymous(): Visitor {
  return { name: 'stranger', address: nextAddress(), headers: {} }
}

export interface GateAccount {
  /** the login name: the e-mail address, or the user name in an app without addresses */
  email: string
  username?: string
  password: string
}

/** Makes credentials of an account that does not exist. */
export function credentials(config: Config, name: string): GateAccount {
  const password = gatePassword()
  if (isByName(config)) {
    const username = `${name}-${randomBytes(3).toString('hex')}`
    return { email: username, username, password }
  }
  const { by, login, register } = config.auth
  return { email: newLoginName(name, by !== 'app' || !login || isByMail({ login, register })), password }
}

/** Makes credentials for the owner, who keeps a user name that the app has given. */
export async function ownersCredentials(database: GateDatabase, config: Config): Promise<GateAccount> {
  const account = credentials(config, 'owner')
  if (!isByName(config)) return account
  const { table, id } = config.users
  const [row] = await database.sql<{ username: string | null }>(
    `select username from ${quotedTable(table)} where ${q(id)}::text = $1`,
    [String(config.owner.id)],
  )
  const name = row?.username ?? account.email
  return { ...account, email: name, username: name }
}

async function member(
  target: Target,
  config: Config,
  name: string,
  account: GateAccount & { claim_code?: string },
): Promise<Member> {
  const registered = await target.ask('POST', `${config.auth.mount}/register`, {
    as: { name, address: nextAddress(), headers: {} },
    body: account,
  })
  if (registered.status !== 202) {
    // The log of the app alone has what went wrong.
    const log = registered.status >= 500 ? `; it printed last: ${lastLines(target.output())}` : ''
    throw new Error(`${name} could not register: ${registered.status} ${registered.body.slice(0, 300)}${log}`)
  }
  return login(target, config, name, account)
}

async function login(target: Target, config: Config, name: string, account: GateAccount): Promise<Member> {
  const visitor = { name, address: nextAddress(), headers: {} }
  const { mount, header } = config.auth
  const { email, password } = account
  const answer = await target.ask('POST', `${mount}/login`, { as: visitor, body: { email, password } })
  const token = (answer.json as { access_token?: string } | undefined)?.access_token
  if (!token) throw new Error(`${name} could not log in: ${answer.status} ${answer.body.slice(0, 300)}`)
  const headers = { [header]: `Bearer ${token}` }
  const me = await target.ask('GET', `${mount}/me`, { as: { ...visitor, headers } })
  const { id } = me.json as { id: UserId }
  return { ...visitor, headers, id, email, password }
}
