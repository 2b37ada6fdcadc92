import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { addressRange } from '../../../config/address-lists.js'
import { loginTable } from './login-tables.js'

/** Names the user of a request: the value of `users.id`; null or undefined: the request is anonymous. */
export type UserOfRequest = (req: IncomingMessage & Record<string, unknown>) => OwnUser | Promise<OwnUser>
type OwnUser = number | string | null | undefined

const path = z.string().startsWith('/', "expected a path, e.g. '/login'")
const route = z
  .string()
  .regex(/^[A-Z]+ \/[^\s*?#%{}()\\]*$/, "expected a method and a plain path, e.g. 'POST /reset'")
const column = z.string().min(1)

const form = z.strictObject({
  post: path.describe('the path of the route that takes the form, by POST'),
  fields: z
    .strictObject({
      user: z.string().min(1).default('email').describe('the field of the login name'),
      password: z.string().min(1).default('password').describe('the field of the password'),
    })
    .prefault({})
    .describe('how the gate fills the form'),
  more: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      'further fields that the gate sends, such as a name; `$user` and `$password` repeat those two, `$user@example.com` makes an address of the name',
    ),
  as: z
    .enum(['json', 'form'])
    .default('json')
    .describe('how the gate sends the fields: as JSON, or as a form of a page does'),
})

const loginForm = form
  .extend({
    token: z
      .string()
      .regex(/^[\w-]+(?:\.[\w-]+)*$/, "expected the path of a field in the answer, e.g. 'data.accessToken'")
      .optional()
      .describe(
        "where the answer holds a token that clients send in `auth.header`: `'token'`, `'data.accessToken'`. Default: the login sets cookies",
      ),
    bearer: z
      .boolean()
      .default(true)
      .describe(
        'whether clients send that token as `Bearer …`; false: the header holds the token alone, as `x-access-token` does',
      ),
    localStorage: z
      .string()
      .min(1)
      .optional()
      .describe(
        'the key under which the app’s pages keep that token in localStorage, so that a gate can open them logged in',
      ),
    throttle: z
      .boolean()
      .default(true)
      .describe(
        'whether usertwo limits wrong passwords at this route, for each account and each address, from phase 4; false: the app limits them itself',
      ),
  })
  .refine(({ token, localStorage }) => token !== undefined || localStorage === undefined, {
    path: ['localStorage'],
    error: "needs `token`, where the login's answer holds what the pages keep",
  })
  .refine(({ token, bearer }) => token !== undefined || bearer, {
    path: ['bearer'],
    error: "needs `token`, where the login's answer holds what the header takes",
  })

const lookups = z.strictObject({
  users: z
    .array(column)
    .min(1)
    .describe(
      'columns of the table of users, each unique, by which one row is read before a user is known: the login field and the key',
    ),
  tables: z
    .array(z.union([z.string().min(1), loginTable]))
    .default([])
    .describe(
      "the tables of the login. A name: a table in which express-session keeps sessions; a request reaches the row whose key is `req.sessionID`. An object, for a login library such as better-auth: `{ table: 'session', token: 'token', owner: 'userId' }`",
    ),
  routes: z
    .array(route)
    .default([])
    .describe('further routes that read one row of users, such as a password reset: `POST /reset`'),
})

/** Headers that say other things of a request than its user. */
const NOT_A_USER =
  /^(?:authorization|cookie|host|forwarded|x-forwarded-(?:for|host|proto|port)|x-real-ip|x-request-id)$/
const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, "expected the name of a header, e.g. 'remote-user'")
  .toLowerCase()
  .refine((given) => !NOT_A_USER.test(given), 'does not name a user; give the header that your proxy sets')

const proxy = z.strictObject({
  header: headerName.describe(
    'the header that holds the name of the user: `remote-user`, `x-forwarded-user`',
  ),
  from: z
    .array(addressRange)
    .min(1, "expected the addresses of your proxy, e.g. ['10.0.0.5']")
    .describe(
      'the addresses from which the header is believed, each an address or a range such as `10.0.0.0/8`. It is the address of the connection: `TRUST_PROXY` and X-Forwarded-For have no say. From every other address the header is removed',
    ),
  is: column.describe(
    'the column of the table of users that the header holds, with a unique index: `email`. Values are compared as they are, capitals too',
  ),
  more: z
    .array(headerName)
    .default([])
    .describe(
      'further headers that your proxy sets and the app reads, such as `remote-groups`: removed too where no user is known',
    ),
})

/** Who keeps the login, and what an own login of the app needs: options of `auth`. */
export const ownLoginOptions = {
  by: z
    .enum(['usertwo', 'app'])
    .default('usertwo')
    .describe(
      '`usertwo`: the accounts of usertwo; `app`: the app keeps its own login, and `user`, `login` and `lookups` describe it: docs/how-to/keep-the-apps-own-login.md',
    ),
  user: z
    .custom<UserOfRequest>((given) => typeof given === 'function', {
      error: 'give a function, (req) => req.session?.userId ?? null',
    })
    .optional()
    .describe(
      "with `by: 'app'`: names the user of a request, `(req) => req.session?.userId ?? null`; it may answer later. It is called in front of each matched route, behind the middleware of the app",
    ),
  login: loginForm.optional().describe("with `by: 'app'`: the app's own login route"),
  register: form
    .optional()
    .describe(
      "with `by: 'app'`: the app's own registration route; it may insert one row of users. Default: the app has none",
    ),
  logout: path
    .optional()
    .describe(
      "with `by: 'app'`: the path of the app's own logout, which the attacks of a gate leave alone, since it ends their login",
    ),
  lookups: lookups
    .optional()
    .describe("with `by: 'app'`: what the app's login reads before a user is known; nothing else opens"),
  proxy: proxy
    .optional()
    .describe(
      "with `by: 'app'`: a proxy in front of the app logs users in, and names each in a header; in place of `user`, `login` and `lookups`: docs/how-to/log-in-by-a-proxy.md",
    ),
}

interface Given {
  by: 'usertwo' | 'app'
  user?: unknown
  login?: unknown
  register?: unknown
  logout?: unknown
  lookups?: unknown
  proxy?: unknown
}

const OF_THE_APP = ['user', 'login', 'register', 'logout', 'lookups'] as const

/** Checks that an own login is described whole, and not at all where the toolkit keeps the login. */
export function checkOwnLogin(
  given: Given,
  addIssue: (issue: { code: 'custom'; path: string[]; message: string }) => void,
): void {
  const say = (name: string, message: string) => addIssue({ code: 'custom', path: [name], message })
  if (given.by === 'app' && given.proxy !== undefined) {
    for (const name of OF_THE_APP)
      if (given[name] !== undefined)
        say(name, 'describes a login by the app, and auth.proxy one by a proxy; take one of them out')
    return
  }
  if (given.by === 'app') {
    for (const name of ['user', 'login', 'lookups'] as const)
      if (given[name] === undefined) say(name, `auth.by is 'app', and that needs ${EXAMPLES[name]}`)
    return
  }
  for (const name of [...OF_THE_APP, 'proxy'] as const)
    if (given[name] !== undefined)
      say(name, "describes the app's own login; set auth.by to 'app', or take it out")
}

interface Rest {
  auth: { by: 'usertwo' | 'app'; badge?: unknown; stepUp?: unknown; providers?: unknown }
  routes: { require?: unknown }
  tables: Record<string, object>
}

/** Checks that nothing is configured that only the toolkit's login can give. */
export function checkWithOwnLogin(
  { auth, routes, tables }: Rest,
  addIssue: (issue: { code: 'custom'; path: string[]; message: string }) => void,
): void {
  if (auth.by !== 'app') return
  const why = "auth.by is 'app', and this needs the login of usertwo; take it out"
  const say = (...path: string[]) => addIssue({ code: 'custom', path, message: why })
  if (routes.require !== undefined) say('routes', 'require')
  if (auth.badge) say('auth', 'badge')
  if (auth.stepUp !== undefined) say('auth', 'stepUp')
  if (auth.providers !== undefined) say('auth', 'providers')
  for (const [name, table] of Object.entries(tables))
    if ((table as { perUser?: boolean }).perUser) say('tables', name, 'perUser')
}

const EXAMPLES = {
  user: 'user: (req) => req.session?.userId ?? null',
  login: "login: { post: '/login' }",
  lookups: "lookups: { users: ['email', 'id'], tables: ['session'] }",
}
