import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../config/config.js'
import { readPath } from '../../express/path.js'
import { classifier } from './routes.js'

const configured = (debug: string[], ops: string[]) =>
  classifier(
    parseConfig({
      app: { start: ['node', 'server.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
      routes: { debug, ops },
    }),
  )

const routes = {
  debug: ['/debug'],
  ops: [
    '/api/admin',
    '!/api/admin/settings',
    '/api/tasks',
    '!GET /api/tasks/metrics',
    'POST /api/jobs/:id/run',
  ],
}

describe('the class of a route', () => {
  const cases: [string, string, string][] = [
    ['GET', '/debug', 'debug'],
    ['GET', '/debug/5xx-stats', 'debug'],
    ['HEAD', '/DEBUG/5xx-stats/', 'debug'],
    ['GET', '/debugxyz', 'open'],
    ['POST', '/api/admin/import/csv/', 'ops'],
    ['PUT', '/api/admin/settings', 'open'],
    ['GET', '/api/admin/settings/', 'open'],
    ['GET', '/api/admin/settingsx', 'ops'],
    ['GET', '/api/tasks/:task_id', 'ops'],
    ['GET', '/api/tasks/metrics', 'open'],
    ['HEAD', '/api/tasks/metrics', 'open'],
    ['DELETE', '/api/tasks/metrics', 'ops'],
    ['POST', '/api/jobs/7/run', 'ops'],
    ['GET', '/api/jobs/7/run', 'open'],
    ['GET', '/', 'open'],
  ]
  for (const [method, path, expected] of cases)
    it(`is ${expected} for ${method} ${path}`, () => {
      expect(configured(routes.debug, routes.ops).classify(method, path)).toBe(expected)
    })

  it('does not depend on the order of the patterns', () => {
    const { classify } = configured([], ['!/api/admin/settings', '/api/admin'])
    expect(classify('GET', '/api/admin/settings')).toBe('open')
  })

  it.each(['/debug/*', '/debug/:id?', '/a//b', '/a/../b', '/%64ebug', 'debug', '/a b'])(
    'refuses the pattern %s, with what to write instead',
    (pattern) => {
      expect(() => configured([pattern], [])).toThrow(/starts with|without wildcards, e\.g\. "\/debug"/)
    },
  )
})

describe('the class of a path that was sent', () => {
  const { classOf, isException, hasExceptionBelow } = configured(routes.debug, routes.ops)
  const sent = (method: string, target: string) => classOf(method, readPath(target))

  it.each([
    '/api/jobs/7/run',
    '/api/jobs/a%2fb/run',
    '/api/jobs/a%252fb/run',
    '/api/jobs/a\\b/run',
    '/api/jobs/../run',
    '/api/jobs/%2e/run',
    'http://x/api\\jobs/a%2fb/run',
  ])('is that of the route for whatever value: %s', (target) => {
    expect(sent('POST', target)).toBe('ops')
  })

  it('is that of an exception only if every reading of the path is one', () => {
    expect(sent('GET', '/api/admin/settings?a=%20')).toBe('open')
    for (const path of ['/api/admin/x/../settings', '/api/admin//settings', '/api/admin/%73ettings'])
      expect([path, sent('GET', path)]).toEqual([path, 'ops'])
  })

  it('reports whether an exception decides', () => {
    expect(isException('GET', readPath('/api/admin/settings/x'))).toBe(true)
    expect(isException('GET', readPath('/api/admin'))).toBe(false)
  })

  it('knows the paths above an exception, past parameters too', () => {
    const below = configured([], ['/api/jobs', '!/api/jobs/:id/state']).hasExceptionBelow
    expect(below(readPath('/api/jobs/7'))).toBe(true)
    expect(below(readPath('/api/jobs/7/state'))).toBe(false)
    expect(hasExceptionBelow(readPath('/api/admin'))).toBe(true)
    expect(hasExceptionBelow(readPath('/api/jobs'))).toBe(false)
  })
})
