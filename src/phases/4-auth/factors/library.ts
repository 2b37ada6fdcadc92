import { appName } from '../../../config/app-name.js'
import type { Config } from '../../../config/config.js'
import { ConfigError } from '../../../core/config-error.js'
import { refuseOtherVersions } from '../../../core/optional/optional-package.js'

/** Seconds of a time step, and digits of a code: what every authenticator app expects (RFC 6238, 4.1 and 5.3). */
const PERIOD = 30
const DIGITS = 6
/** Steps before and after the present one whose codes are taken: a phone's clock may be wrong (RFC 6238, 5.2). */
const WINDOW = 1
/** RFC 4226, 4: 160 bits. */
const BYTES = 20

const PACKAGES = ['otpauth', 'uqr'] as const

/** What the packages behind the second factor do. */
export interface TotpLibrary {
  /** a new secret, base32 */
  newSecret(): string
  /** the `otpauth://` URI that an authenticator app reads from a QR code */
  uriOf(secret: string, issuer: string, account: string): string
  /** the time step whose code `code` is, within one step of now; null: another code */
  stepOf(secret: string, code: string, now: Date): number | null
  /** rows of a QR code, true: dark */
  qr(text: string): readonly (readonly boolean[])[]
}

/**
 * Loads the packages; Node keeps them.
 * @throws ConfigError that names the packages to install
 */
export async function totpLibrary(): Promise<TotpLibrary> {
  refuseOtherVersions('AUTH_ENABLE_TOTP=true', PACKAGES)
  const [{ Secret, TOTP }, { encode }] = await Promise.all([import('otpauth'), import('uqr')]).catch(
    (cause: unknown) => {
      throw new ConfigError('The environment is not usable', [
        `AUTH_ENABLE_TOTP=true: needs ${PACKAGES.join(' and ')} (${(cause as Error).message.split('\n', 1)[0]}); run: npm install ${PACKAGES.join(' ')}`,
      ])
    },
  )
  const algorithm = { algorithm: 'SHA1', digits: DIGITS, period: PERIOD }
  return {
    newSecret: () => new Secret({ size: BYTES }).base32,
    uriOf: (secret, issuer, label) => new TOTP({ ...algorithm, issuer, label, secret }).toString(),
    stepOf(secret, token, now) {
      const timestamp = now.getTime()
      const totp = new TOTP({ ...algorithm, secret })
      const delta = totp.validate({ token, timestamp, window: WINDOW })
      return delta === null ? null : totp.counter({ timestamp }) + delta
    },
    qr: (text) => encode(text, { border: 0 }).data,
  }
}

/** The name under which authenticator apps list the account. A colon would end it. */
export const issuerOf = (config: Config): string => appName(config).replaceAll(':', ' ')
