import type { ConfigInput } from '../../../src/config/config.js'
import type { ConfigError } from '../../../src/core/config-error.js'
import { CannotGoOn } from '../cannot-go-on.js'
import type { InitGuess } from '../guess.js'
import type { SessionLogin } from './read-login.js'
import { expressionOf } from './read-user.js'

type Auth = NonNullable<ConfigInput['auth']>
/** A form of the login, as the configuration has it. */
export interface OwnForm {
  post: string
  fields: { user: string; password: string }
  more: Record<string, string>
  as: 'json' | 'form'
  /** where the answer holds the token, as a path of fields */
  token?: string
  /** the header that holds it, in lower case; absent: `authorization` */
  header?: string
  /** false: the header holds the token alone */
  bearer?: false
  /** the key under which the pages keep it */
  localStorage?: string
}

/** By what the app knows the owner: a form by which they log in, or headers that their proxy puts on each request. */
export type OwnersLogin =
  | { form: OwnForm; account: { email: string; password: string } }
  | { headers: Record<string, string> }

/** A login that init has used as the owner: the app's own, for which it has registered a user too, or that of a proxy. */
export interface TriedLogin {
  auth: Auth
  /** `auth.user` as code; empty: a proxy names the user */
  userText: string
  /** the column with the hash; null: the app keeps none */
  password: string | null
  /** in a database that `sql` has run on */
  by: OwnersLogin
  /** gives the owner a password that is made up for gates; empty: they need none */
  sql: string
  /** the routes of the login, as `POST /login` */
  routes: string[]
  /** routes that are open to everybody, because the login answers there for itself */
  public?: string[]
  /** further tables of the login, which no request reaches */
  closed?: { name: string; why: string }[]
  guesses: InitGuess[]
  open: string[]
}

/** As the configuration has it: without what it takes by default. */
export function asConfigured({ post, fields, more, as, token, bearer, localStorage }: OwnForm) {
  return {
    post,
    fields,
    ...(Object.keys(more).length && { more }),
    ...(as === 'form' && { as }),
    ...(token && { token }),
    ...(bearer === false && { bearer }),
    ...(localStorage && { localStorage }),
  }
}

const HOW = 'docs/how-to/keep-the-apps-own-login.md'

/** Why init cannot write the login, with what it could read: the rest is the user's to fill in. */
export function unreadable({ at, users, logins, registers, store }: SessionLogin, why: string): ConfigError {
  const [user, login, register] = [users[0], logins[0], registers[0]]
  // Which member a claim is, a token would have shown.
  const named = user && { ...user, member: user.member === 'claim' ? 'TODO' : user.member }
  const known = [
    "by: 'app'",
    `user: (req) => ${named && users.length === 1 ? expressionOf(named, 'id') : 'TODO'} ?? null`,
    `login: { post: '${login && logins.length === 1 ? login.path : 'TODO'}'${store.kind === 'token' ? ", token: 'TODO'" : ''} }`,
    `register: { post: '${register && registers.length === 1 ? register.path : 'TODO'}' }`,
    `lookups: { users: ['TODO', 'id'], tables: [${store.table ? `'${store.table}'` : ''}] }`,
  ]
  const by = store.kind === 'token' || store.kind === 'better-auth' ? store.name : 'express-session'
  return new CannotGoOn(
    `${at}: the app has a login of its own (${by}), and ${why}. Change that and run init again, say --keep-login, or write the configuration by hand (${HOW}): auth: { ${known.join(', ')} }`,
  )
}

/** What was read and tried, in words. */
export function loginGuesses(
  { at, store, passport }: SessionLogin,
  said: {
    login: OwnForm & { at: string }
    register: OwnForm & { at: string }
    logout: { path: string; at: string } | null
    user: { text: string; sure: InitGuess['sure']; at: string }
    hash: string
    lookups: readonly string[]
    table: string
  },
): InitGuess[] {
  const kept = store.table ? `the table ${store.table} (${store.name})` : store.name
  const by = passport ? 'passport-local over express-session' : 'express-session'
  const held =
    store.kind === 'token'
      ? `${store.name}, ${said.login.token ? `in ${said.login.token} of the answer${said.login.header ? `, sent in the header ${said.login.header}` : ''}` : 'in a cookie'}`
      : `${by}, kept in ${kept}`
  const takes = ({ post, fields, more, as }: OwnForm) => {
    const names = [fields.user, fields.password, ...Object.keys(more)]
    return `POST ${post} takes ${names.slice(0, -1).join(', ')} and ${names.at(-1)}${as === 'form' ? ', as a form' : ''}`
  }
  const certain = 'certain' as const
  return [
    { about: 'own login', says: `${held}: the app keeps it`, sure: certain, at },
    {
      about: 'login',
      says: `${takes(said.login)}; the owner logged in by it`,
      sure: certain,
      at: said.login.at,
    },
    {
      about: 'register',
      says: `${takes(said.register)}; a user was made by it`,
      sure: certain,
      at: said.register.at,
    },
    ...(said.logout
      ? [{ about: 'logout', says: said.logout.path, sure: 'likely' as const, at: said.logout.at }]
      : []),
    { about: 'user', says: said.user.text, sure: said.user.sure, at: said.user.at },
    { about: 'hash', says: `${said.table}.${said.hash}`, sure: certain, at: 'the row of the new user' },
    {
      about: 'lookups',
      says: `one row of ${said.table}, by ${said.lookups.join(' or by ')}; nothing else opens without a login`,
      sure: 'likely',
      at: `unique indexes of ${said.table}`,
    },
  ]
}
