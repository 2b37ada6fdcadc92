import type { Person, UserId } from '../../../src/core/context.js'

/** Variable that names user 1 to the processes of tests; only modules that a copy of the toolkit is given read it. */
export const OWNER = 'USERTWO_TESTS_OWNER'

/** The owner's id, of the type it has in the configuration. */
export function ownerOfTests(): UserId {
  return JSON.parse(process.env[OWNER]!) as UserId
}

/** The owner as a login of theirs would show them. */
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
