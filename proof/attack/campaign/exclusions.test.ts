import { expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { exclusionOf } from './exclusions.js'

const why = exclusionOf(
  parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
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
  ['POST', '/api/auth/login', /a route of usertwo/],
  ['GET', '/auth/login', /a route of usertwo/],
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
])('one is made up for %s %s', (method, path) => {
  expect(why(method, path)).toBeNull()
})
