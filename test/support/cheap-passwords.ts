import { loginParts } from '../../src/phases/4-auth/sessions/login-parts.js'
import type { AuthApp } from './auth-app.js'

/** Replaces hashes with cheap ones in tests that are not about hashes: bcrypt would be most of their time. */
export function cheapPasswords({ kit }: AuthApp): void {
  const { passwords } = loginParts(kit)
  passwords.hash = async (password) => `cheap ${password}`
  passwords.hashNew = passwords.hash
  passwords.verify = async (password, stored) => stored === `cheap ${password}`
  passwords.isOld = () => false
}
