import type { Route } from '../../../proof/gate/gate.js'
import type { LoginRoute, SessionLogin } from './read-login.js'

/**
 * The same login with the paths that the running app has. The sources show a route of a router without the path at which it
 * is mounted; a route with the same method and the end of that path is it, if it is the only one.
 */
export function mounted(read: SessionLogin, routes: readonly Route[]): SessionLogin {
  const placed = (one: LoginRoute): LoginRoute => {
    const same = routes.filter(({ method }) => method === one.method)
    if (one.path === '/' || same.some(({ path }) => path === one.path)) return one
    const paths = new Set(same.map(({ path }) => path).filter((path) => path.endsWith(one.path)))
    return paths.size === 1 ? { ...one, path: [...paths][0]! } : one
  }
  const [logins, registers, logouts] = [read.logins, read.registers, read.logouts].map((some) =>
    some.map(placed),
  )
  return { ...read, logins: logins!, registers: registers!, logouts: logouts! }
}
