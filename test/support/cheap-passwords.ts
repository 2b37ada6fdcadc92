import { loginParts } from '../../src/phases/4-auth/sessions/login-parts.js'
import type { AuthApp } from './auth-app.js'

/** Hashes that cost nothing, for what is not about hashes: bcrypt would be most of a test's time. */
export function cheapPasswords({ kit }: AuthApp): void {
  const { passwords } = loginParts(kit)
  passwords.hash = async (password) => `cheap ${password}`
  passwords.hashNew = passwords.hash
  passwords.verify = async (password, stored) => stored === `cheap ${password}`
  passwords.isOld = () => false
}
