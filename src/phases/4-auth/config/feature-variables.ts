import { flag, type Variable } from '../../../config/variable.js'

/** What users may have besides a password: each off unless its flag is on. */
export const featureVariables = {
  AUTH_ENABLE_PASSKEYS: {
    phase: 4,
    about: 'Login by passkey. Not implemented yet: only off is accepted.',
    schema: flag.default(false),
    example: 'false',
  },
  AUTH_ENABLE_OAUTH: {
    phase: 4,
    about: 'Login by another provider. Not implemented yet: only off is accepted.',
    schema: flag.default(false),
    example: 'false',
  },
  AUTH_ENABLE_TOTP: {
    phase: 4,
    about: 'A second factor: codes of an authenticator app (needs otpauth and uqr).',
    schema: flag.default(false),
    example: 'false',
  },
  PRIVACY_DASHBOARD: {
    phase: 4,
    about: 'A page with everything that is stored about the user. Not implemented yet: only off is accepted.',
    schema: flag.default(false),
    example: 'false',
  },
} satisfies Record<string, Variable>
