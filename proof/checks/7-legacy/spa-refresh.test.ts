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

test('a page that the server renders is none of the browser code, which it would be taken for', () => {
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

test('an index that the server answers at every address is no page of its own', () => {
  const byOneRoute = [page('/', 'GET *', '<i>nonce 1</i>'), page('/queue', 'GET *', '<i>nonce 2</i>')]
  const byAFile = [page('/', null, '<main>'), page('/queue', 'GET /queue', '<main>')]
  for (const traffic of [byOneRoute, byAFile, byOneRoute.slice(1)])
    expect(ofTheServer(['/queue'], '/', traffic)).toEqual([])
})
