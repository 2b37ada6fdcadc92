import type { Kit } from '../../../core/kit.js'
import { authParts, secretOf } from '../parts.js'
import { type RefreshTokens, refreshTokens } from './refresh-token.js'
import { type Rotation, rotation } from './rotation.js'

/** What logins and refreshes share: one of each for a wrapped app. */
interface RefreshParts {
  tokens: RefreshTokens
  rotate: Rotation
}

const made = new WeakMap<Kit, RefreshParts>()

export function refreshParts(kit: Kit): RefreshParts {
  const known = made.get(kit)
  if (known) return known
  const tokens = refreshTokens(authParts(kit).signing, secretOf(kit))
  const parts = { tokens, rotate: rotation(kit, tokens) }
  made.set(kit, parts)
  return parts
}
