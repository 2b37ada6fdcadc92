import { flag, type Variable, whole } from '../../../config/variable.js'

/** What users may have besides a password: each off unless its flag is on. */
export const featureVariables = {
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
