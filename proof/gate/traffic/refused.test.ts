import { expect, test } from 'vitest'
import type { Exchange } from './exchange.js'
import { mostlyRedirected } from './refused.js'

const read = (path: string, status: number, body: string): Exchange => ({
  method: 'GET',
  path,
  route: status < 300 ? `GET ${path}` : null,
  request: { contentType: null, body: null },
  response: { status, contentType: 'text/plain', body },
})
const guarded = (path: string) => read(path, 302, 'Found. Redirecting to /login')

test('names the routes of a recording in which a guard redirects most reads', () => {
  const [says, ...routes] = mostlyRedirected([
    ...['/', '/lists', '/items'].map(guarded),
    read('/health', 200, 'ok'),
  ])
  expect(says).toMatch(
    /3 of 4 reads were answered "Found\. Redirecting to \/login".*one password for everybody/,
  )
  expect(routes).toEqual(['  GET /', '  GET /lists', '  GET /items'])
})

test.each([
  [
    'half of the reads',
    [guarded('/'), guarded('/a'), guarded('/b'), ...['/c', '/d', '/e'].map((path) => read(path, 200, ''))],
  ],
  ['two routes', [guarded('/'), guarded('/old')]],
  [
    'each to another place',
    ['/a', '/b', '/c'].map((path) => read(path, 302, `Found. Redirecting to ${path}/1`)),
  ],
])('takes other redirects for the app\u2019s own: %s', (_what, exchanges) => {
  expect(mostlyRedirected(exchanges)).toEqual([])
})
