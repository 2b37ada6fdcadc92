import { z } from 'zod'
import { webAddress } from '../../../config/addresses.js'
import { flag, text, type Variable, whole } from '../../../config/variable.js'

/** What users may have besides a password: each off unless its flag is on. */
const featureVariables = {
  AUTH_ENABLE_PASSKEYS: {
    phase: 4,
    about: 'Login by passkey (needs @simplewebauthn/server, and PUBLIC_URL outside development and test).',
    schema: flag.default(false),
    example: 'false',
  },
  AUTH_ENABLE_OAUTH: {
    phase: 4,
    about:
      'Login by other providers, those of `auth.providers` (needs openid-client, `OAUTH_NAME_CLIENT_ID` and `OAUTH_NAME_CLIENT_SECRET` for each, and PUBLIC_URL outside development and test).',
    schema: flag.default(false),
    example: 'false',
  },
  AUTH_ENABLE_TOTP: {
    phase: 4,
    about: 'A second factor: codes of an authenticator app (needs otpauth and uqr).',
    schema: flag.default(false),
    example: 'false',
  },
  AUTH_ENABLE_MAGIC_LINK: {
    phase: 4,
    about:
      'Login by a link in a mail, in the browser that asked for it (from phase 5, needs mail: SMTP_URL).',
    schema: flag.default(false),
    example: 'false',
  },
  PRIVACY_DASHBOARD: {
    phase: 6,
    about:
      'A page on which users see what is stored about them, export it, and delete their account (needs yazl).',
    schema: flag.default(false),
    example: 'false',
  },
  PRIVACY_GRACE_DAYS: {
    phase: 6,
    about: 'Days after which an account is deleted whose user asked for it; until then it can be taken back.',
    schema: whole(0, 365).default(14),
    example: '14',
  },
} satisfies Record<string, Variable>

/** undefined: no address of the web */
function publicUrl(given: string, context: z.RefinementCtx): string | undefined {
  const address = webAddress(given)
  if (address === undefined || /^https?:\/\/[^/]+(?:\/[\w.~-]+)*$/.test(address)) return address
  context.addIssue({ code: 'custom', message: 'expected a path of letters, digits and - . _ ~ only' })
  return z.NEVER
}

const cookieName = z.string().regex(/^[\w-]+$/, 'expected letters, digits, _ and - only')

/** The variables of users and their logins. */
export const authVariables = {
  JWT_SECRET: {
    phase: 4,
    about: 'Signs access tokens.',
    schema: z.string().min(32, 'expected at least 32 characters').optional(),
    example: '$(openssl rand -hex 32)',
    secret: true,
    production: 'required from phase 4; weak and placeholder values are refused',
  },
  JWT_SECRET_BEFORE: {
    phase: 4,
    about:
      'The JWT_SECRET before this one (AUTH_ENABLE_TOTP): a start reads what is encrypted with it, and encrypts it with JWT_SECRET.',
    schema: z.string().min(32, 'expected at least 32 characters').optional(),
    example: '$(cat former-secret)',
    secret: true,
  },
  JWT_KEYS: {
    phase: 4,
    about:
      'Keys of access tokens, a JWK set as JSON: `usertwo keys rotate` writes it. Unset: JWT_SECRET is the one key.',
    schema: z.string().startsWith('{', 'expected a JWK set as JSON').optional(),
    example: '$(npx usertwo keys rotate --print)',
    secret: true,
  },
  JWT_KEYS_FILE: {
    phase: 4,
    about: 'The same in a file that this process may read.',
    schema: text.optional(),
    example: '/run/secrets/jwt-keys.json',
  },
  JWT_EXPIRES_DAYS: {
    phase: 4,
    about: 'Days an access token lives (TOKEN_STYLE=bearer).',
    schema: whole(1, 365).default(30),
    example: '30',
  },
  TOKEN_STYLE: {
    phase: 4,
    about:
      '`bearer`: one token a login. `refresh`: short access tokens, and a refresh token that is another at each use.',
    schema: z.enum(['bearer', 'refresh']).default('bearer'),
    example: 'bearer',
  },
  ACCESS_TOKEN_MINUTES: {
    phase: 4,
    about: 'Minutes an access token lives (TOKEN_STYLE=refresh).',
    schema: whole(1, 1440).default(15),
    example: '15',
  },
  REFRESH_TOKEN_DAYS: {
    phase: 4,
    about: 'Days a login lasts, however much it is used (TOKEN_STYLE=refresh).',
    schema: whole(1, 365).default(30),
    example: '30',
  },
  REFRESH_IDLE_DAYS: {
    phase: 4,
    about: 'Days after which an unused login ends (TOKEN_STYLE=refresh).',
    schema: whole(1, 365).default(14),
    example: '14',
  },
  REFRESH_GRACE_SECONDS: {
    phase: 4,
    about:
      'For how long a refresh token that was used gives the same successor again, for an answer that was lost. Unset: 0, and 10 with AUTH_COOKIE_REFRESH.',
    schema: whole(0, 60).optional(),
    example: '10',
  },
  REFRESH_COOKIE_NAME: {
    phase: 4,
    about: 'Cookie that holds the refresh token (AUTH_COOKIE_REFRESH).',
    schema: cookieName.default('refresh_token'),
    example: 'refresh_token',
  },
  JWT_ISS: { phase: 4, about: 'Issuer in tokens.', schema: text.default('usertwo'), example: 'usertwo' },
  JWT_AUD: { phase: 4, about: 'Audience in tokens.', schema: text.default('usertwo'), example: 'usertwo' },
  PASSWORD_COST: {
    phase: 4,
    about: 'bcrypt cost of new password hashes; older hashes are made again at the next login.',
    schema: whole(10, 15).default(10),
    example: '10',
  },
  PASSWORD_HASH: {
    phase: 4,
    about:
      'What new password hashes are: bcrypt, or Argon2id, which needs @node-rs/argon2. Others are made again at the next login.',
    schema: z.enum(['bcrypt', 'argon2id']).default('bcrypt'),
    example: 'bcrypt',
  },
  PASSWORD_BREACH_URL: {
    phase: 4,
    about:
      'Service that knows breached passwords; it gets five characters of the digest of each new one. Unset: no service is used.',
    schema: z
      .string()
      .regex(
        /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])/,
        'expected a URL that begins with https://',
      )
      .optional(),
    example: 'https://api.pwnedpasswords.com/range/',
  },
  AUTH_REAUTH_MINUTES: {
    phase: 4,
    about:
      'How long after giving the password a user may end other logins or change the e-mail address without giving it again.',
    schema: whole(1, 1440).default(15),
    example: '15',
  },
  AUTH_MAX_SESSIONS: {
    phase: 4,
    about:
      'How many logins a user may have at the same time: one more ends the oldest. Personal tokens do not count. Unset: no limit.',
    schema: whole(1, 1000).optional(),
    example: '10',
  },
  AUDIT_DAYS: {
    phase: 4,
    about: 'Days for which `usertwo.audit` is kept.',
    schema: whole(30, 3650).default(400),
    example: '400',
  },
  PUBLIC_URL: {
    phase: 4,
    about:
      'Where people reach the app: links in mail and the callbacks of providers begin with it, and passkeys belong to its origin. With a path, `https://example.com/notes`, a proxy in front takes that path away: every address, page and cookie of usertwo is below it. Never taken from a request.',
    schema: z.string().transform(publicUrl).optional(),
    example: 'https://app.example.com',
  },
  SMTP_URL: {
    phase: 4,
    about:
      'Mail server for one-time links (from phase 5, needs nodemailer). Unset: no mail; `usertwo users reset-link` prints them.',
    schema: z
      .string()
      .regex(/^smtps?:\/\//, 'expected a URL that begins with smtp:// or smtps://')
      .optional(),
    example: 'smtps://user:…@smtp.example.com:465',
    secret: true,
  },
  MAIL_FROM: {
    phase: 4,
    about: 'Sender of mail.',
    schema: text.optional(),
    example: 'Comic pile <no-reply@example.com>',
  },
  AUTH_OUTBOX: {
    phase: 4,
    about:
      'Mail without a server, in development alone: it is kept in memory and shown at `/auth/outbox`, on this machine only. Unset: on in development without SMTP_URL.',
    schema: flag.optional(),
    example: 'false',
  },
  AUTH_REQUIRE_EMAIL_VERIFY: {
    phase: 4,
    about:
      'Who registers has to confirm the address by a link that is mailed to it, before they can log in. Unset: with SMTP_URL. Accounts from before, the owner’s by claim code and those the operator makes are taken as they are.',
    schema: flag.optional(),
    example: 'true',
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
    about:
      'Refresh tokens in a cookie that no script reads, instead of in answers (needs TOKEN_STYLE=refresh).',
    schema: flag.default(false),
    example: 'false',
  },
  ...featureVariables,
  USERTWO_CLAIM_CODE: {
    phase: 4,
    about:
      'One-time code with which the first registration claims the owner; unset: printed by `usertwo claim`.',
    schema: z.string().min(8, 'at least 8 characters').optional(),
    example: '$(openssl rand -hex 8)',
    secret: true,
  },
  OWNER_EMAIL: {
    phase: 4,
    about:
      'With SMTP_URL: a request for a new password with this address, while the owner is not claimed, mails the claim code to it.',
    schema: z.email('an e-mail address').toLowerCase().optional(),
    example: 'owner@example.com',
  },
  REGISTRATION: {
    phase: 4,
    about:
      'Who may register, besides the owner with the claim code: no one, people with an invitation (`usertwo invite`), everyone. `invite` and `open` need a recorded GO of phase 6.',
    schema: z.enum(['owner-only', 'invite', 'open']).default('owner-only'),
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
