import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { parseConfig } from '../config/config.js'
import { ConfigError } from '../core/config-error.js'
import { isPublic } from './public-route.js'

const config = (patterns: string[]) =>
  parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    routes: { public: patterns },
  })
const request = (method: string, url: string) => ({ method, url }) as IncomingMessage

test.each([
  ['GET', '/health', true],
  ['GET', '/health?verbose=1', true],
  ['HEAD', '/health', true],
  ['POST', '/health', false],
  ['POST', '/hook', true],
  ['GET', '/hook', false],
  ['GET', '/about', true],
  ['PUT', '/about', false],
  ['GET', '/Health', false],
  ['GET', '/health/', false],
  ['GET', '//health', false],
  ['GET', '/./health', false],
  ['GET', '/api/../health', false],
  ['GET', '/%68ealth', false],
  ['GET', '/health%00', false],
  ['GET', '/health;x', false],
  ['GET', 'http://somewhere/health', false],
])('%s %s is public: %s', (method, url, expected) => {
  const open = isPublic(config(['GET /health', 'POST /hook', '/about']))
  expect(open(request(method, url))).toBe(expected)
})

test('looks at the address as it came in, not at what a router made of it', () => {
  const open = isPublic(config(['GET /health']))
  const mounted = Object.assign(request('GET', '/health'), { originalUrl: '/admin/health' })
  expect(open(mounted)).toBe(false)
})

test.each(['GET /files/:id', '/static/*', '/a//b', '/a/../b', '!/health', '/%68ealth', '/a?b'])(
  'refuses the pattern %s: what is open is listed, one by one',
  (pattern) => {
    expect(() => isPublic(config([pattern]))).toThrow(ConfigError)
  },
)
