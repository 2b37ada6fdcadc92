import { isDone } from '../../../../proof/gate/app/http.js'
import { giveHashSql, type HashPlace } from '../../../../proof/gate/people/hash-place.js'
import { gatePassword, newLoginName } from '../../../../proof/gate/people/login-names.js'
import { sendOwnForm } from '../../../../proof/gate/people/own-login.js'
import { literal, q, qualified } from '../../../../src/database/quoted.js'
import { quoted } from '../../files/quoted-text.js'
import type { InitGuess } from '../../guess.js'
import { configuredName } from '../../schema/columns.js'
import { inShort, loggedIn } from '../logged-in.js'
import type { PlacedForm } from '../login-form.js'
import { uniqueColumns } from '../made-user.js'
import { asConfigured, type TriedLogin, unreadable } from '../tried-login.js'
import { ANONYMOUS, peopleIn, type Trying } from '../trying.js'
import { type BetterAuthTables, betterAuthTables } from './login-tables.js'
import type { BetterAuth } from './read-better-auth.js'

/**
 * Registers a user at better-auth, gives the owner the same password, and logs in as the owner.
 * @throws ConfigError that says what could not be read, or what was refused
 */
export async function tryBetterAuth(trying: Trying): Promise<TriedLogin> {
  const { read } = trying
  const people = peopleIn(trying)
  const key = people.primaryKey[0]!
  const tables = betterAuthTables(trying.catalog)
  if (!tables) throw unreadable(read, 'its tables of sessions and accounts were not found in its database')
  if (!uniqueColumns(people).includes('email'))
    throw unreadable(
      read,
      `${people.name}.email is not unique, and a login reads one row by it: add a unique index`,
    )
  const [login, register] = formsOf(trying)
  const account = await ownersAccount(trying, tables, register)
  const held = await loggedIn(trying, login, account)
  await assertOwnersSession(trying, tables, held.headers.cookie ?? '')
  const logout = read.logouts[0]!.path
  const base = logout.slice(0, logout.lastIndexOf('/'))
  return {
    auth: {
      by: 'app',
      // The app's process reads the file; here it is only printed.
      user: () => null,
      login: asConfigured(login),
      register: asConfigured(register),
      logout,
      lookups: lookupsOf(tables, key),
    },
    userText: userTextOf(read.betterAuth!),
    password: null,
    by: { form: login, account },
    sql: await ownersPasswordSql(trying, tables),
    routes: [],
    public: [`GET ${base}/get-session`, `POST ${logout}`],
    closed: tables.verification
      ? [{ name: configuredName(tables.verification), why: 'of better-auth; links by mail need asSystem' }]
      : [],
    guesses: guessesOf(trying, tables, { login, register }),
    open: [
      `usertwo/seed.sql gives you a password that was made up for gates, and usertwo/drive.mjs logs in by it: never run that file on a database that is served`,
      `${read.at}: logins by other services, links by mail and password resets write rows before a user is known, which is refused from phase 6: docs/how-to/keep-the-apps-own-login.md`,
    ],
  }
}

/** @throws ConfigError unless the cookie leads to a session of the owner's in its table */
async function assertOwnersSession(
  { read, database, ownerId }: Trying,
  { session: { table, token, owner } }: BetterAuthTables,
  cookie: string,
): Promise<void> {
  // `TOKEN.SIGNATURE`, encoded.
  const tokens = [...cookie.matchAll(/=([^.;]+)\./g)].map(([, one]) => decodeURIComponent(one!))
  const [row] = await database.sql<{ user: string }>(
    `select ${q(owner)}::text as user from ${qualified(table)} where ${q(token)} = any($1)`,
    [tokens],
  )
  if (row?.user !== String(ownerId))
    throw unreadable(read, 'the cookie of the owner leads to no session of the owner in its table')
}

/** As `auth.lookups` has them. @param key the key of the table of users */
function lookupsOf({ session, account }: BetterAuthTables, key: string) {
  const { owner, password } = account
  return {
    users: ['email', key],
    tables: [
      { table: configuredName(session.table), token: session.token, owner: session.owner },
      { table: configuredName(account.table), owner, password },
    ],
  }
}

/** What was read and tried, in words. */
function guessesOf(
  { read, ...known }: Trying,
  { session, account }: BetterAuthTables,
  { login, register }: { login: PlacedForm; register: PlacedForm },
): InitGuess[] {
  const key = peopleIn(known).primaryKey[0]!
  const said = [
    ['own login', 'better-auth: the app keeps it'],
    ['login', `POST ${login.post}; the owner logged in by it`],
    ['register', `POST ${register.post}; a user was made by it`],
    ['user', `the session of better-auth, by ${read.betterAuth!.file}`],
  ].map(([about, says]) => ({ about: about!, says: says!, sure: 'certain' as const, at: read.at }))
  return [
    ...said,
    {
      about: 'lookups',
      says: `a session by its ${session.token}; at the login one user by email or ${key}, and the accounts of one user`,
      sure: 'certain',
      at: `${configuredName(session.table)}, ${configuredName(account.table)}`,
    },
  ]
}

function formsOf({ read }: Trying): [login: PlacedForm, register: PlacedForm] {
  const fields = { user: 'email', password: 'password' }
  const form = { at: read.at, fields, more: {}, as: 'json' as const }
  return [
    { ...form, post: read.logins[0]!.path },
    { ...form, post: read.registers[0]!.path, more: { name: 'Test' } },
  ]
}

/** By what the owner logs in: their address, and the password of a user who has just registered. */
async function ownersAccount(
  { read, database, target, ownerId, ...known }: Trying,
  { account }: BetterAuthTables,
  register: PlacedForm,
): Promise<{ email: string; password: string }> {
  const people = peopleIn(known)
  const key = q(people.primaryKey[0]!)
  const given = {
    email: newLoginName('helper', true),
    password: gatePassword(),
  }
  const answer = await sendOwnForm(target, register, ANONYMOUS, given)
  const where = `POST ${register.post}`
  if (!isDone(answer)) throw unreadable(read, `a user could not register at ${where}: ${inShort(answer)}`)
  const userOf = async (column: string, value: string) =>
    (
      await database.sql<{ id: string; email: string | null }>(
        `select ${key}::text as id, email from ${qualified(people)} where ${column}::text = $1`,
        [value],
      )
    )[0]
  const helper = await userOf('email', given.email)
  if (!helper)
    throw unreadable(read, `${where} was answered ${answer.status}, but stored no row in ${people.name}`)
  const owner = await userOf(key, String(ownerId))
  if (!owner?.email) throw unreadable(read, `the owner, ${people.name} ${ownerId}, has no email to log in by`)
  await database.sql(giveHashSql(placeOf(account), { from: helper.id, to: String(ownerId) }))
  return { email: owner.email, password: given.password }
}

const placeOf = ({ table, owner, password }: BetterAuthTables['account']): HashPlace => ({
  table: configuredName(table),
  column: password,
  user: owner,
})

/** SQL that gives the owner the password that they have now. */
async function ownersPasswordSql(
  { database, ownerId }: Trying,
  { account: { table, owner, password } }: BetterAuthTables,
): Promise<string> {
  const of = `${qualified(table)} where ${q(owner)}::text = ${literal(String(ownerId))} and ${q(password)} is not null`
  const [row] = await database.sql<{ hash: string; whole: string }>(
    `select ${q(password)} as hash, to_jsonb(t)::text as whole from ${qualified(table)} t
     where ${q(owner)}::text = ${literal(String(ownerId))} and ${q(password)} is not null`,
  )
  return `-- The owner's password in the copies of gates, which log in by it. Never run this on a database that is served.
insert into ${qualified(table)} select * from jsonb_populate_record(null::${qualified(table)}, ${literal(row!.whole)})
where not exists (select from ${of});
update ${qualified(table)} set ${q(password)} = ${literal(row!.hash)}
where ${q(owner)}::text = ${literal(String(ownerId))} and ${q(password)} is not null;
`
}

/** `auth.user` as code: it asks better-auth, which is loaded with the first request. */
function userTextOf({ file, exported }: BetterAuth): string {
  const module = `(await import(${quoted(`./${file}`)}))`
  const headers = "new Headers({ cookie: req.headers.cookie ?? '' })"
  return `async (req) => (await ${module}.${exported}.api.getSession({ headers: ${headers} }))?.user.id ?? null`
}
