import { expect, test } from 'vitest'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { ofTheServer } from './spa-refresh.js'

const page = (path: string, route: string | null, body: string): Exchange => ({
  method: 'GET',
  path,
  route,
  request: { contentType: null, body: null },
  response: { status: 200, contentType: 'text/html; charset=utf-8', body },
})

test('reports a server-rendered page that is configured as one of the browser code', () => {
  const traffic = [
    page('/', 'GET /', '<ul>Fern</ul>'),
    page('/plants/1?a=b', 'GET /plants/:id', '<h1>Fern</h1>'),
  ]
  expect(ofTheServer(['/plants/:id', '/queue'], '/', traffic)).toEqual([
    { page: '/plants/:id', path: '/plants/1?a=b' },
  ])
  const files = [page('/', null, '<h1>Home'), page('/about', null, '<h1>About')]
  expect(ofTheServer(['/about'], '/', files)).toEqual([{ page: '/about', path: '/about' }])
})

test('does not report an index that the server answers at every path', () => {
  const byOneRoute = [page('/', 'GET *', '<i>nonce 1</i>'), page('/queue', 'GET *', '<i>nonce 2</i>')]
  const byAFile = [page('/', null, '<main>'), page('/queue', 'GET /queue', '<main>')]
  for (const traffic of [byOneRoute, byAFile, byOneRoute.slice(1)])
    expect(ofTheServer(['/queue'], '/', traffic)).toEqual([])
})
