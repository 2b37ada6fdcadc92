import { onePerApp } from '../../../../core/one-per-app.js'
import { authParts, secretOf } from '../parts.js'
import { type RefreshTokens, refreshTokens } from './refresh-token.js'
import { type Rotation, rotation } from './rotation.js'

/** What logins and refreshes share; one instance for each wrapped app. */
interface RefreshParts {
  tokens: RefreshTokens
  rotate: Rotation
}

export const refreshParts = onePerApp((kit): RefreshParts => {
  const tokens = refreshTokens(authParts(kit).signing, secretOf(kit))
  const parts = { tokens, rotate: rotation(kit, tokens) }
  return parts
})
