import { z } from 'zod'
import { LANGUAGES } from './languages.js'
import { checkOwnLogin, ownLoginOptions } from './own-login-config.js'
import { providers } from './provider-config.js'

const base = z.string().startsWith('/')
const text = z.string().min(1).max(5000)
/** The name of a role, a permission or a scope. */
const name = z
  .string()
  .regex(/^[\w:.*/-]{1,100}$/, "letters, digits and : . - _ / *, e.g. 'articles:publish'")

const colour = z
  .string()
  .regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, "a colour as #rgb or #rrggbb, e.g. '#1f5fbf'")
const colours = z.strictObject({
  ground: colour.optional().describe('behind the page'),
  paper: colour.optional().describe('of the page'),
  ink: colour.optional().describe('of text'),
  soft: colour.optional().describe('of text that is less important'),
  line: colour.optional().describe('around fields'),
  accent: colour.optional().describe('of buttons and links'),
  onAccent: colour.optional().describe('of text on a button'),
  alert: colour.optional().describe('of what was wrong'),
  alertGround: colour.optional().describe('behind what was wrong'),
})

type Hook = (person: { id: number | string }) => unknown
const hook = z.custom<Hook>((given) => typeof given === 'function', {
  error: 'give a function, ({ id }) => …',
})
const names = z.union([name.transform((one) => [one]), z.array(name).min(1)])
/** What a user needs for a route, in addition to a login. */
export const requirement = z.strictObject({
  role: names
    .optional()
    .describe('a role, or a list of roles, one of them required; administrators have every role'),
  permission: names.optional().describe('a permission that `auth.permissions` gives to roles'),
  scope: names
    .optional()
    .describe('a scope of a token, asked for instead of `read` or `write`; who has logged in needs none'),
})

/** Where usertwo's own addresses are, and what its pages look like. */
export const authOptions = z
  .strictObject({
    ...ownLoginOptions,
    mount: base
      .default('/api/auth')
      .describe('where the auth API is mounted; an app with routes of its own there chooses another'),
    pages: base.default('/auth').describe('where the login and register pages are'),
    header: z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'expected the name of a header, e.g. X-Login')
      .toLowerCase()
      .default('authorization')
      .describe(
        'the request header that carries the bearer token; an app with its own API key there chooses another',
      ),
    lookUpEvery: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .describe(
        'how long each process remembers the result of looking up a login, in ms, at most 1000; 0: it looks it up with every request. Operations that end a login answer that much later, in every process',
      ),
    ownCalls: z
      .array(base)
      .min(1)
      .optional()
      .describe(
        "paths at which the app asks itself over HTTP, with everything below them, `['/api']`: what it sends there to its own port of localhost, while it handles a request, carries that request's login: docs/how-to/current-user.md",
      ),
    providers,
    permissions: z
      .record(name, z.array(name))
      .optional()
      .describe(
        "what each role may do, `{ editor: ['articles:publish'] }`, for `requirePermission` and `routes.require`; administrators have every permission",
      ),
    stepUp: z
      .record(
        z
          .string()
          .regex(
            /^(?:[A-Z]+ )?\//,
            'expected a path that starts with "/", optionally after a method ("POST /transfers")',
          ),
        z.int().min(1).max(1440),
      )
      .optional()
      .describe(
        "routes that need a second factor, with everything below them, each with the minutes for which a proof counts: `{ 'POST /transfers': 10 }`; needs AUTH_ENABLE_TOTP or AUTH_ENABLE_PASSKEYS: docs/how-to/second-factor.md",
      ),
    language: z
      .enum(['auto', ...LANGUAGES])
      .default('en')
      .describe(
        'the language of pages, the badge and mail: English, German, or `auto`: the one of the two that `Accept-Language` prefers, English where it names neither; see docs/how-to/languages.md',
      ),
    words: z
      .record(z.string(), z.union([text, z.record(z.string(), text)]))
      .optional()
      .describe(
        "what pages and mail say, by the name of the text, in every language or in one: `{ 'login.title': 'Hello', de: { 'login.title': 'Hallo' } }`: docs/how-to/languages.md",
      ),
    colours: z
      .strictObject({
        light: colours
          .optional()
          .describe(
            'any of ground, paper, ink, soft, line, accent, onAccent, alert, alertGround, as #rrggbb',
          ),
        dark: colours.optional().describe('the same where the browser asks for the dark theme'),
      })
      .optional()
      .describe(
        "colours of the pages, in the light theme and in the dark one: `{ light: { accent: '#1f5fbf' } }`",
      ),
    badge: z
      .boolean()
      .optional()
      .describe(
        "puts a script of usertwo into the app's pages, from phase 5: who is logged in, log out, account; and keeps what was typed when a login has ended; see docs/how-to/badge.md. Default: off",
      ),
    onRegistered: hook
      .optional()
      .describe(
        '`({ id }) => …`, called as the new user after a registration or a claim; the answer does not wait for it, and an error is logged',
      ),
    onLogin: hook.optional().describe('the same after a login'),
    onLogout: hook.optional().describe('the same after a logout'),
  })
  .superRefine((given, { addIssue }) => {
    checkOwnLogin(given, addIssue)
    if (given.ownCalls && (given.by === 'app' || given.proxy))
      addIssue({
        code: 'custom',
        path: ['ownCalls'],
        message:
          'carries a login of usertwo: hand on the login of the app or of the proxy in the call itself',
      })
  })
  .prefault({})

/** A demo login that the app brings itself. */
export const demo = z
  .strictObject({
    rows: z
      .enum(['claimed', 'development'])
      .default('claimed')
      .describe(
        "who owns the demo's rows: `claimed`: the user who registers with the claim code; `development`: the same in development and test, and no user elsewhere: there the code makes an administrator with a new id, from phase 6 on, and the rows stay stored and unseen",
      ),
  })
  .optional()
  .describe(
    'the app has a demo login of its own at `auth.mount`, with one name and password. It answers while there are no users, so the app then starts only in development and test',
  )
