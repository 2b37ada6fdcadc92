import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { givenRow, rowPath, rowRoutes } from './row-routes.js'

const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
const config = (ops: string[]) =>
  parseConfig({
    app: { start: ['node', 'app.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    routes: { ops },
  })
const look = (name: string, ops: string[] = []) =>
  rowRoutes(example(name), config(ops), []).map(({ path, of }) => [path, ...of.map(({ method }) => method)])

test('reads from a baseline how rows are created, and the requests for one', () => {
  expect(look('journal')).toEqual([
    ['/api/v1/entries/', 'GET', 'PUT', 'DELETE'],
    ['/api/v1/drafts/', 'GET', 'PUT', 'DELETE'],
  ])
})

test('leaves out routes for operators', () => {
  const paths = (ops: string[]) => look('comic-pile', ops).map(([path]) => path)
  expect(paths([])).toContain('/api/threads/')
  expect(paths(['/api/threads'])).toEqual(paths([]).filter((path) => path !== '/api/threads/'))
})

test('tries the usual methods for a named route that is not recorded', () => {
  expect(givenRow('POST /api/notes {"text":"x"}')).toEqual({ path: '/api/notes', body: { text: 'x' } })
  for (const text of ['GET /api/notes {}', 'POST api/notes {}', 'POST /api/notes', 'POST /api/notes {x}'])
    expect(givenRow(text)).toBeNull()
  const [route] = rowRoutes(example('journal'), config([]), ['POST /api/notes/ {"text":"x"}'])
  expect(route!.of).toEqual([
    { method: 'GET', body: undefined },
    { method: 'PUT', body: { text: 'x' } },
    { method: 'DELETE', body: undefined },
  ])
  expect(rowPath(route!, 'a b')).toBe('/api/notes/a%20b')
})
