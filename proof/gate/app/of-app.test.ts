import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import type { Routes } from '../../../src/express/own-app.js'
import { apiRoutes } from '../../../src/phases/4-auth/endpoints/api-routes.js'
import { pageRoutes } from '../../../src/phases/5-pages/page-routes.js'
import { type AuthApp, authApp } from '../../../test/support/auth-app.js'
import { isOfApp, OWN } from './of-app.js'

let app: AuthApp
beforeAll(async () => {
  app = await authApp({ dial: 5 })
})
afterAll(() => app?.dispose())

const REQUESTS = [
  'POST /api/auth/logout',
  'GET /api/auth/me?x=1',
  'GET /auth/login',
  'POST /api/auth/refresh',
  'GET /api/auth/export',
  'DELETE /api/auth/me',
  'GET /api/authors',
]
const left = (dial: number) =>
  REQUESTS.filter((request) => {
    const [method, path] = request.split(' ') as [string, string]
    return isOfApp(app.kit.config, dial)({ method, path })
  })

test('an app with a login at usertwo’s path still gets every request that usertwo does not answer', () => {
  expect(left(3)).toEqual(REQUESTS)
  expect(left(4)).toEqual(REQUESTS.filter((one) => !/logout|me\?/.test(one)))
  expect(left(5)).toEqual(REQUESTS.slice(3))
})

test('the login at the root of a router, whose path ends with a slash, is not attacked', () => {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users', password: 'hash' },
    tables: {},
    auth: {
      by: 'app',
      user: () => null,
      login: { post: '/login' },
      register: { post: '/join' },
      lookups: { users: ['email', 'id'] },
    },
  })
  const paths = ['/login', '/login/', '/join/?x=1', '/login/more']
  expect(paths.filter((path) => isOfApp(config, 6)({ method: 'POST', path }))).toEqual(['/login/more'])
})

interface Within {
  stack?: { route?: { path: string; methods: Record<string, boolean> } }[]
}

/** Returns the routes of a nested router, as `GET /sessions`. */
const routesIn = (mount: string, { stack = [] }: Within = {}) =>
  stack.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).map(
      (method) => `${method.toUpperCase()} ${mount}${route!.path === '/' ? '' : route!.path}`,
    ),
  )

/** Returns what `routes` adds to a router. */
function addedBy(routes: Routes): string[] {
  const added: string[] = []
  const note =
    (method: string) =>
    (paths: string | string[], within?: object): unknown =>
      added.push(
        ...(method === 'USE'
          ? routesIn(String(paths), within)
          : [paths].flat().map((path) => `${method} ${path}`)),
      )
  const router = new Proxy({}, { get: (_, name) => note(String(name).toUpperCase()) })
  routes(router as Parameters<Routes>[0])
  return added
}

test('usertwo has a route for each one that is listed as its own', () => {
  expect(addedBy(apiRoutes(app.kit))).toEqual(expect.arrayContaining(OWN.mount.routes))
  expect(addedBy(pageRoutes(app.kit))).toEqual(expect.arrayContaining(OWN.pages.routes))
})
