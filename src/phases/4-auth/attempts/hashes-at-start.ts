import { ConfigError } from '../../../core/config-error.js'
import type { Kit } from '../../../core/kit.js'
import { refuseOtherVersions } from '../../../core/optional/optional-package.js'
import { loginParts } from './login-parts.js'

/** Hashes once at the start, so that a missing Argon2 package stops the start and not the first login. */
export async function hashesAtStart(kit: Kit): Promise<void> {
  if (kit.settings.PASSWORD_HASH !== 'argon2id') return
  refuseOtherVersions('PASSWORD_HASH=argon2id', ['@node-rs/argon2'])
  try {
    await loginParts(kit).passwords.hash('whether it can be done')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('The environment is not usable', [`PASSWORD_HASH=argon2id: ${why}`])
  }
}
