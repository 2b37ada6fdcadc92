import type { Person, UserId } from '../../../core/context.js'

/** A user whom the app or its proxy logs in: roles and sessions of usertwo are not theirs. */
export const personOfApp = (id: UserId): Person => ({
  id,
  username: null,
  email: null,
  isAdmin: false,
  roles: [],
  permissions: [],
  scopes: null,
  sessionId: '',
  jti: '',
})
