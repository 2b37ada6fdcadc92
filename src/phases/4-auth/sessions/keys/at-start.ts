import { ConfigError } from '../../../../core/config-error.js'
import type { Kit } from '../../../../core/kit.js'
import { secretsInFlight } from '../../../../redaction/secrets-in-flight.js'
import type { AuthParts } from '../parts.js'
import { givenKeySet, PRIVATE, publicKeysOf, readKeySet } from './key-set.js'
import { type Keys, keysOf } from './keys.js'

/**
 * The keys of JWT_KEYS or JWT_KEYS_FILE, read once: a changed file needs a new start. Their secrets are
 * masked from here on.
 * @throws ConfigError
 */
export function keysAtStart({
  settings,
  clock,
}: Pick<Kit, 'settings' | 'clock'>): Pick<AuthParts, 'publicKeys'> & { keys: Keys } {
  const { jwks, keys } = readKeySet(givenKeySet(settings)!)
  secretsInFlight.keep(
    jwks.flatMap((one) => PRIVATE.map((name) => one[name]).filter((value) => typeof value === 'string')),
  )
  const all = keysOf(keys)
  try {
    all.signing(Math.floor(clock.now().getTime() / 1000))
  } catch (cause) {
    throw new ConfigError('The environment is not usable', [`JWT_KEYS: ${(cause as Error).message}`])
  }
  return { keys: all, publicKeys: publicKeysOf(jwks) }
}
