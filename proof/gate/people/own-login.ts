import type { Config } from '../../../src/config/config.js'
import type { UserId } from '../../../src/core/context.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import type { Answer } from '../app/http.js'
import type { GateDatabase, Member, Target, Visitor } from '../gate.js'
import { giveHashSql, type HashPlace, hashPlaceOf } from './hash-place.js'
import { HeldCredentials, tokenIn } from './held-credentials.js'
import { inFields, isByMail, newLoginName } from './login-names.js'
import type { GateAccount, Meeting } from './people.js'
import { isLikeWrong, type LoginAttempt, showsUser } from './wrong-password.js'

type Form = NonNullable<Config['auth']['register']>

/** What a gate needs to know of a login of the app's own. */
interface OwnLogin {
  login: Form
  register: Form
  /** the column of users that holds the login name */
  name: string
  hash: HashPlace
}

/** @throws Error that names each missing option */
function ownLoginOf(config: Config): OwnLogin {
  const { login, lookups, register } = config.auth
  const hash = hashPlaceOf(config)
  const missing = [
    ...(register ? [] : ["auth.register: { post: '/register' }, by which the gate makes the second user"]),
    ...(hash
      ? []
      : ["users.password: 'password_hash', by which the gate gives the owner a password in its copy"]),
  ]
  if (missing.length > 0)
    throw new Error(`the gate cannot log in by the app's own login without ${missing.join(' and ')}`)
  return { login: login!, register: register!, name: lookups!.users[0]!, hash: hash! }
}

/** A user as they log in: where from, and with what. */
interface Caller {
  name: string
  address: string
  account: GateAccount
}

/** Registers a user by the app's own registration, and logs them in. */
export async function registerByApp(meeting: Meeting, caller: Caller): Promise<Member> {
  await register(meeting, caller)
  return loginByApp(meeting, caller)
}

/** Registers a user; where the app refuses the name as it is, by an address, which the account has from then on. */
async function register({ target, config }: Meeting, { name, address, account }: Caller): Promise<void> {
  const { login, register: form } = ownLoginOf(config)
  const visitor = { name, address, headers: {} }
  let answer = await sendOwnForm(target, form, visitor, account)
  if (answer.status >= 400 && !isByMail({ login, register: form })) {
    const byMail = { ...account, email: newLoginName(name, true) }
    const other = await sendOwnForm(target, form, visitor, byMail)
    if (other.status < 400) {
      Object.assign(account, byMail)
      answer = other
    }
  }
  if (answer.status >= 400)
    throw new Error(
      `${name} could not register at POST ${form.post}: ${answer.status} ${answer.body.slice(0, 300)}`,
    )
}

/**
 * Logs a user in by the app's own route; from then on they send the cookies that it sets, and its token.
 *
 * @throws Error if the answer gives neither, or is the one that a wrong password gets
 */
export async function loginByApp(
  { target, database, config }: Meeting,
  { name, address, account }: Caller,
): Promise<Member> {
  const form = ownLoginOf(config).login
  const visitor = { name, address, headers: {} }
  const answer = await sendOwnForm(target, form, visitor, account)
  const { headers } = heldAfter(config, answer)
  const { status, body } = answer
  const token = config.auth.login?.token
  const isMissing = token ? !tokenIn(config.auth, form.post, body) : headers.cookie === undefined
  if (status >= 400 || isMissing)
    throw new Error(
      `${name} could not log in at POST ${form.post}: ${status}, ${isMissing ? 'without' : 'with'} ${token ? `a token at ${token}` : 'a cookie'}: ${body.slice(0, 300)}`,
    )
  const attempt: LoginAttempt = (as, given) => sendOwnForm(target, form, as, given)
  if (await isLikeWrong({ target, config }, account, answer, attempt)) {
    if (await showsUser({ target, config }, account, answer))
      throw new Error(
        `POST ${form.post} logs ${name} in with a wrong password too: compare the password with its hash, and await the answer`,
      )
    throw new Error(
      `${name} could not log in: POST ${form.post} answers the right and a wrong password alike (${statusAndPlace(answer)}): ${body.slice(0, 300)}`,
    )
  }
  const id = await idOf(database, config, account.email)
  return { ...visitor, headers, id, email: account.email, password: account.password }
}

function heldAfter({ auth }: Config, answer: Answer): HeldCredentials {
  const held = new HeldCredentials(auth)
  held.take(auth.login!.post, answer)
  return held
}

const statusAndPlace = ({ status, headers: { location } }: Answer) =>
  location === undefined ? String(status) : `${status} to ${location}`

/**
 * Logs the owner in, whose password is not known: in the throw-away database they get the hash of a user who registers
 * with a known one, so it has the form that the app itself makes.
 */
export async function ownerByApp(meeting: Meeting, caller: Omit<Caller, 'name'>): Promise<Member> {
  const { database, config } = meeting
  const { name, hash } = ownLoginOf(config)
  await register(meeting, { ...caller, name: 'helper' })
  const { table, id } = config.users
  const [helper] = await database.sql<{ id: string }>(
    `select ${q(id)}::text as id from ${quotedTable(table)} where ${q(name)}::text = $1`,
    [caller.account.email],
  )
  if (!helper) throw new Error(`POST ${config.auth.register!.post} stored no user in ${table}`)
  await database.sql(giveHashSql(hash, { from: helper.id, to: String(config.owner.id) }))
  const [owner] = await database.sql<{ name: string | null }>(
    `select ${q(name)}::text as name from ${quotedTable(table)} where ${q(id)}::text = $1`,
    [String(config.owner.id)],
  )
  if (!owner?.name)
    throw new Error(`the owner has no ${config.users.table}.${name}, and so cannot log in by it`)
  const account = { ...caller.account, email: owner.name }
  return loginByApp(meeting, { name: 'owner', address: caller.address, account })
}

/**
 * Sends a form of the app's own login, in the encoding that the configuration names.
 * @param given the values of the fields; an attack may give an array as the login name
 */
export function sendOwnForm(
  target: Pick<Target, 'ask'>,
  { post, fields, more, as: encoding }: Omit<Form, 'more'> & { more: Record<string, unknown> },
  as: Visitor,
  { email, password }: { email: unknown; password: string },
): Promise<Answer> {
  const others = inFields(more, { email, password })
  const values = { ...others, [fields.user]: email, [fields.password]: password }
  return sendFields(target, post, encoding, as, values)
}

/** The paths of the further routes that look a user up for an anonymous client, such as a password reset. */
export const postedLookups = ({ auth }: Pick<Config, 'auth'>): string[] =>
  auth.lookups?.routes.flatMap((route) => /^POST (\S+)$/.exec(route)?.[1] ?? []) ?? []

/** Sends such a route a login name alone, in the field and the encoding of the login. */
export const sendLoginName = (
  { target, config: { auth } }: Pick<Meeting, 'config'> & { target: Pick<Target, 'ask'> },
  path: string,
  as: Visitor,
  name: string,
): Promise<Answer> => sendFields(target, path, auth.login!.as, as, { [auth.login!.fields.user]: name })

function sendFields(
  target: Pick<Target, 'ask'>,
  path: string,
  encoding: Form['as'],
  as: Visitor,
  values: Record<string, unknown>,
): Promise<Answer> {
  if (encoding === 'json') return target.ask('POST', path, { as, body: values })
  return target.ask('POST', path, {
    as,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(values as Record<string, string>).toString(),
  })
}

async function idOf(database: GateDatabase, config: Config, value: string): Promise<UserId> {
  const { name } = ownLoginOf(config)
  const [row] = await database.sql<{ id: UserId }>(
    `select ${q(config.users.id)} as id from ${quotedTable(config.users.table)} where ${q(name)}::text = $1`,
    [value],
  )
  if (row) return row.id
  throw new Error(`${config.users.table} has no row whose ${name} is that of the user who has just logged in`)
}
