import type { Person } from './core/context.js'

/** What handlers get as `req.user`: a copy of the current user. */
type RequestUser = Pick<Person, 'id' | 'username' | 'email' | 'isAdmin' | 'roles' | 'permissions' | 'scopes'>

/**
 * `import 'usertwo/express'` declares `req.user` for TypeScript, and has no code. The types of passport declare it by the
 * same names, so that both may be there.
 */
declare global {
  namespace Express {
    interface User extends RequestUser {}
    interface Request {
      /** undefined: an anonymous request */
      user?: User | undefined
    }
  }
}
