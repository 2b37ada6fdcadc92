import { expect, test } from 'vitest'
import { sendable, writing } from './requests.js'

test('a route of app.all is sent as a read and as a write', () => {
  const routes = [
    { method: 'GET', path: '/notes', at: '' },
    { method: 'ALL', path: '/{*rest}', at: '' },
  ]
  const lines = (of: typeof routes) => of.map(({ method, path }) => `${method} ${path}`)
  expect(lines(sendable(routes))).toEqual(['GET /notes', 'GET /{*rest}', 'POST /{*rest}'])
  expect(lines(writing(routes))).toEqual(['POST /{*rest}'])
})
