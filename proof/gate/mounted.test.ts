import { expect, test } from 'vitest'
import { mountedHandlers } from './mounted.js'

const at = 'app.js:1'
const handler = (path: string, folder: string | null = null) => ({ path, at, folder })

test('a handler at a path of its own is attacked like a route', () => {
  expect(mountedHandlers([handler('/rpc')], [{ path: '/api/notes' }, { path: '/rpcs' }])).toEqual([
    handler('/rpc'),
  ])
})

test.each([
  ['for all paths', [handler('/')], []],
  ['behind the routes of the same path', [handler('/api')], [{ path: '/api/notes' }]],
  ['behind a folder of the same path', [handler('/files'), handler('/files', '/srv/files')], []],
  ['at a pattern', [handler('/^\\/m\\d/'), handler('/of/:id')], []],
])('a handler %s answers what others leave', (_, mounts, routes) => {
  expect(mountedHandlers(mounts, routes)).toEqual([])
})
