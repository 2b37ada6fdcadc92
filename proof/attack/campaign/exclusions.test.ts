import { expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { exclusionOf } from './exclusions.js'

const app = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
}

const why = exclusionOf(
  parseConfig({
    ...app,
    routes: {
      public: ['GET /health'],
      debug: ['/debug'],
      ops: ['/admin', '!/admin/settings'],
      legacy: { 'GET /old': 410, 'GET /kept': 'protect', '/gone': 404 },
    },
    spa: { index: '/', routes: ['/queue'] },
  }),
)

it.each([
  ['GET', '/debug/x', /debug/],
  ['DELETE', '/admin/:id', /internal/],
  ['GET', '/health', /public by the configuration/],
  ['GET', '/old', /legacy/],
  ['POST', '/gone', /legacy/],
  ['POST', '/api/auth/login', /a route of the login/],
  ['GET', '/auth/login', /a route of the login/],
  ['GET', '/queue', /page/],
])('no request is made up for %s %s', (method, path, reason) => {
  expect(why(method, path)?.why).toMatch(reason)
})

it.each([
  ['POST', '/health'],
  ['GET', '/admin/settings'],
  ['GET', '/kept'],
  ['POST', '/queue'],
  ['GET', '/authors'],
  ['GET', '/things/:id'],
  ['GET', '/auth/exports'],
  ['GET', '/api/auth/exports/:id'],
])('one is made up for %s %s', (method, path) => {
  expect(why(method, path)).toBeNull()
})

it('makes no request up for the routes of a login library, which one route has', () => {
  const form = (post: string) => ({ post })
  const of = exclusionOf(
    parseConfig({
      ...app,
      auth: {
        by: 'app',
        user: () => null,
        login: form('/api/auth/sign-in/email'),
        register: form('/api/auth/sign-up/email'),
        lookups: { users: ['email', 'id'] },
      },
    }),
  )
  for (const path of ['/api/auth/{*any}', '/api/auth/*splat', '/api/auth/*'])
    expect(of('ALL', path)?.why, path).toMatch(/login library/)
  for (const path of ['/{*any}', '*', '/api/auth/:id', '/api/other/*', '/api/auth/sign-in/*'])
    expect(of('ALL', path), path).toBeNull()
})

it('makes requests up for the routes of an app that keeps its own login, wherever they are', () => {
  const keeps = exclusionOf(
    parseConfig({
      ...app,
      auth: {
        by: 'app',
        user: () => null,
        login: { post: '/auth/login' },
        lookups: { users: ['email', 'id'] },
      },
    }),
  )
  expect(keeps('POST', '/auth/login')?.kind).toBe('toolkit')
  for (const path of ['/auth/resets', '/auth/sessions', '/api/auth/me', '/api/auth/users/:id'])
    expect(keeps('GET', path), path).toBeNull()
})
