import { expect, test } from 'vitest'
import { operationOf } from './operation.js'

const asked = (route: string | null, path: string, body: unknown = null) =>
  operationOf({
    route,
    path,
    request: { contentType: 'application/json', body: body === null ? null : JSON.stringify(body) },
  })

test.each([
  ['ALL /rpc', '/rpc', { jsonrpc: '2.0', method: 'notes.rename' }, 'ALL /rpc notes.rename'],
  [
    'POST /graphql',
    '/graphql',
    { query: 'mutation Rename { rename(id: 1) { id } }' },
    'POST /graphql Rename',
  ],
  ['POST /graphql', '/graphql', { query: '{ notes { id } }' }, 'POST /graphql notes'],
  ['POST /graphql', '/graphql', { query: 'x', operationName: 'All' }, 'POST /graphql All'],
  ['ALL /trpc', '/trpc/notes.list?input=1', null, 'ALL /trpc /notes.list'],
  ['ALL /every/:id', '/every/1/x', null, 'ALL /every/:id'],
  ['POST /notes', '/notes', { method: 'by post' }, 'POST /notes'],
  ['POST /search', '/search', { query: 'jam' }, 'POST /search'],
  [null, '/rpc', { jsonrpc: '2.0', method: 'notes.list' }, null],
])('%s at %s with %j is the operation %s', (route, path, body, operation) => {
  expect(asked(route, path, body)).toBe(operation)
})

test('a body that is not JSON names no operation', () => {
  const request = { contentType: 'text/plain', body: '{ not JSON' }
  expect(operationOf({ route: 'POST /notes', path: '/notes', request })).toBe('POST /notes')
})
