import type { Person, UserId } from '../../../src/core/context.js'

/**
 * The variable that names user 1 to the processes of tests. Only modules in the tests' copy of usertwo read
 * it.
 */
export const OWNER = 'USERTWO_TESTS_OWNER'

/** Returns the owner's id, of the type it has in the configuration. */
export function ownerOfTests(): UserId {
  return JSON.parse(process.env[OWNER]!) as UserId
}

/** Returns the owner as a login would. */
export const ownerOf = (id: UserId): Person => ({
  id,
  username: null,
  email: null,
  isAdmin: true,
  roles: ['user', 'admin'],
  permissions: [],
  scopes: null,
  sessionId: '00000000-0000-4000-8000-000000000000',
  jti: 'own-tests',
})
