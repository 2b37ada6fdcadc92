import { isDone } from '../../../proof/gate/app/http.js'
import type { Route } from '../../../proof/gate/gate.js'
import { gatePassword, isByMail, newLoginName } from '../../../proof/gate/people/login-names.js'
import { sendOwnForm } from '../../../proof/gate/people/own-login.js'
import { findTable } from '../../../src/database/catalog.js'
import { literal, q, qualified } from '../../../src/database/quoted.js'
import { withoutEndSlash } from '../../../src/express/path.js'
import { type AnsweredLogin, inShort, loggedIn, outlives } from './logged-in.js'
import { loginFormOf, type PlacedForm } from './login-form.js'
import { type MadeUser, madeUser, passwordSql, uniqueColumns } from './made-user.js'
import type { LoginRoute, SessionLogin } from './read-login.js'
import { expressionOf, type NamedBy, userBy } from './read-user.js'
import { holds, madeInRequest, sessionTableSql, storedSession } from './session-row.js'
import { namedByToken, tokenPoints } from './token/named-by-token.js'
import { asConfigured, loginGuesses, type TriedLogin, unreadable } from './tried-login.js'
import { ANONYMOUS, NONE, peopleIn, type Trying } from './trying.js'

/**
 * Registers a user by the app's own route, gives the owner the same hash, and logs in as the owner.
 * @throws ConfigError that says what could not be read, or what was refused
 */
export async function tryLogin(known: Trying): Promise<TriedLogin> {
  const routes = known.routes.map((route) => ({ ...route, path: withoutEndSlash(route.path) }))
  const trying = { ...known, routes, read: mounted(known.read, routes) }
  const { read, ownerId } = trying
  const people = peopleIn(trying)
  const { table } = read.store
  const isMissing = table !== null && !findTable(trying.catalog, table)
  if (isMissing && !read.store.makesTable)
    throw unreadable(read, `no migration makes ${table}, its table of sessions`)
  const sessions = isMissing ? sessionTableSql(table) : ''
  const login = await loginFormOf(trying, read.logins, 'login', null)
  const register = await loginFormOf(trying, read.registers, 'registration', login.fields.user)
  const password = gatePassword()
  const made = await registered(trying, { login, register }, password)
  const sql = passwordSql(people, ownerId, made.hash)
  await trying.database.sql(sql)
  const account = { email: await nameOfOwner(trying, made), password }
  const held = await loggedIn(trying, login, account)
  const named = await namedUser(trying, held)
  const key = people.primaryKey[0]!
  const left = read.logouts.find(({ path, method }) =>
    routes.some((one) => one.path === path && one.method === method),
  )
  const lasts = left !== undefined && held.token !== null && (await outlives(trying, held, left))
  const logout = lasts ? undefined : left
  const lookups = [made.name, key]
  const text = expressionOf(named.by, key)
  const userText = `(req) => ${text} ?? null`
  const tables = read.store.table ? [read.store.table] : []
  return {
    auth: {
      by: 'app',
      user: userBy(named.by, key),
      ...(login.header && { header: login.header }),
      login: asConfigured(login),
      register: asConfigured(register),
      ...(logout && { logout: logout.path }),
      lookups: { users: lookups, tables },
    },
    userText,
    password: made.hash.column,
    by: { form: login, account },
    sql: sessions + sql,
    // One that leaves the token valid clears its cookie, and what the day asks next is refused.
    routes: [login, register].map(({ post }) => `POST ${post}`).concat(left ? leaving(left.path) : []),
    // It needs no user to clear a cookie, and gates ask it as any other route.
    ...(lasts && { public: [`${left.method} ${left.path}`] }),
    guesses: loginGuesses(read, {
      login,
      register,
      logout: logout ?? null,
      user: { text, sure: named.sure, at: named.by.at },
      hash: made.hash.column,
      lookups,
      table: people.name,
    }),
    open: [...read.open, ...others(trying, made, sessions), ...tokenPoints(held, lasts ? left : undefined)],
  }
}

const leaving = (path: string) => ['GET', 'POST', 'DELETE'].map((method) => `${method} ${path}`)

/** Registers a user; where a unique column took a fixed value of the form, it takes the login name from then on. */
async function registered(
  trying: Trying,
  { login, register }: { login: PlacedForm; register: PlacedForm },
  password: string,
): Promise<MadeUser> {
  const { read, database, target } = trying
  const byMail = isByMail({ login, register })
  let account = { email: newLoginName('helper', byMail), password }
  let answer = await sendOwnForm(target, register, ANONYMOUS, account)
  if (!isDone(answer) && !byMail) {
    const other = { email: newLoginName('helper', true), password }
    const second = await sendOwnForm(target, register, ANONYMOUS, other)
    if (isDone(second)) [account, answer] = [other, second]
  }
  const where = `POST ${register.post}`
  if (!isDone(answer)) throw unreadable(read, `a user could not register at ${where}: ${inShort(answer)}`)
  const made = await madeUser(database, peopleIn(trying), account, Object.values(register.more))
  if (typeof made === 'string') throw unreadable(read, `${where} was answered ${answer.status}, but ${made}`)
  const isName = !account.email.includes('@')
  for (const name of Object.keys(register.more))
    if (isTaken(made, name))
      register.more[name] = isName && /mail/i.test(name) ? '$user@example.com' : '$user'
  return made
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
const isTaken = ({ taken }: MadeUser, field: string) => taken.some((column) => plain(column) === plain(field))

async function nameOfOwner(trying: Trying, { name }: MadeUser): Promise<string> {
  const { database, read, ownerId } = trying
  const people = peopleIn(trying)
  const [row] = await database.sql<{ name: string | null }>(
    `select ${q(name)}::text as name from ${qualified(people)} where ${q(people.primaryKey[0]!)} = ${literal(ownerId)}`,
  )
  if (row?.name) return row.name
  throw unreadable(read, `the owner, ${people.name} ${ownerId}, has no ${name} to log in by`)
}

/** What names the user: as the session of the owner says, else as the sources alone do. */
async function namedUser(
  { read, database, ownerId, ask }: Trying,
  held: AnsweredLogin,
): Promise<{ by: NamedBy; sure: 'certain' | 'likely' }> {
  if (read.store.kind === 'token') return namedByToken({ read, ownerId, ask }, held)
  const session = await storedSession(database, read.store, held.headers.cookie ?? '')
  const fitting = session ? read.users.filter((one) => holds(session, one, String(ownerId))) : read.users
  if (fitting.length === 0)
    throw unreadable(
      read,
      session
        ? `the session of the owner holds no id of theirs: ${Object.keys(session).join(', ')}`
        : 'nothing in the sources puts the id of a user into req.session',
    )
  const sure = session && fitting[0]!.of === 'session' ? 'certain' : 'likely'
  if (session || fitting.length === 1) return { by: fitting[0]!, sure }
  const answers = fitting.map((one) => expressionOf(one, 'id'))
  const said = await ask({
    asks: 'What of a request is the id of its user?',
    guess: NONE,
    answers: [...answers, NONE],
    at: fitting[0]!.at,
  })
  const by = fitting[answers.indexOf(said)]
  if (!by) throw unreadable(read, `several members of the session may name its user: ${answers.join(', ')}`)
  return { by, sure: 'certain' }
}

/** What the user must look over. */
function others(trying: Trying, { name }: MadeUser, sessions: string): string[] {
  const { store } = trying.read
  const people = peopleIn(trying)
  const unique = uniqueColumns(people).filter((column) => column !== name)
  return [
    `usertwo/seed.sql gives you a password that was made up for gates, and usertwo/drive.mjs logs in by it: never run that file on a database that is served`,
    ...(sessions ? [madeInRequest(store)] : []),
    ...(unique.length
      ? [
          `${people.name} is unique by ${unique.join(', ')} too: if the login finds a user by it, add it to auth.lookups.users`,
        ]
      : []),
  ]
}

/**
 * The same login with the paths that the running app has. The sources show a route of a router without the path at which it
 * is mounted; a route with the same method and the end of that path is it, if it is the only one.
 */
function mounted(read: SessionLogin, routes: readonly Route[]): SessionLogin {
  const placed = (one: LoginRoute): LoginRoute => {
    const same = routes.filter(({ method }) => method === one.method)
    if (one.path === '/' || same.some(({ path }) => path === one.path)) return one
    const paths = new Set(same.map(({ path }) => path).filter((path) => path.endsWith(one.path)))
    return paths.size === 1 ? { ...one, path: [...paths][0]! } : one
  }
  const [logins, registers, logouts] = [read.logins, read.registers, read.logouts].map((some) =>
    some.map(placed),
  )
  return { ...read, logins: logins!, registers: registers!, logouts: logouts! }
}
