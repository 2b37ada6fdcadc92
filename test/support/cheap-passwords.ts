import type { Kit } from '../../src/core/kit.js'
import { loginParts } from '../../src/phases/4-auth/attempts/login-parts.js'

/** Replaces hashes with cheap ones in tests that are not about hashes: bcrypt would be most of their time. */
export function cheapPasswords(kit: Kit): void {
  const { passwords } = loginParts(kit)
  const { verify } = passwords
  passwords.hash = async (password) => `cheap ${password}`
  passwords.hashNew = passwords.hash
  // Accounts that a command makes have real hashes.
  passwords.verify = async (password, stored) =>
    stored && !stored.startsWith('cheap ') ? verify(password, stored) : stored === `cheap ${password}`
  passwords.isOld = () => false
}
