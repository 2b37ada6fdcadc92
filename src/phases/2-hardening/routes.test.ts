import { describe, expect, it } from 'vitest'
import { classify, generousPath, isPlainPath } from './routes.js'

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
      expect(classify(routes, method, path)).toBe(expected)
    })

  it('does not depend on the order of the patterns', () => {
    expect(
      classify({ debug: [], ops: ['!/api/admin/settings', '/api/admin'] }, 'GET', '/api/admin/settings'),
    ).toBe('open')
  })

  it('refuses wildcards, with what to write instead', () => {
    expect(() => classify({ debug: ['/debug/*'], ops: [] }, 'GET', '/')).toThrow(/without wildcards/)
  })
})

describe('a path read generously', () => {
  for (const trick of [
    '/DEBUG/x',
    '//debug//x',
    '/%64ebug/x',
    '/%2564ebug/x',
    '/a/../debug/x',
    '/./debug/x/',
    '/debug%2fx',
    '\\debug\\x',
    'http://host/debug/x',
    '/debug/x?y=/z',
  ])
    it(`finds /debug/x in ${trick}`, () => {
      expect(generousPath(trick)).toBe('/debug/x')
    })

  it('is an exception only when every router would read it so', () => {
    expect(isPlainPath('/api/admin/settings?a=%20')).toBe(true)
    for (const path of [
      '/api/admin/x/../settings',
      '/api/admin//settings',
      '/api/admin/%73ettings',
      'http://h/api',
    ])
      expect(isPlainPath(path)).toBe(false)
  })
})
