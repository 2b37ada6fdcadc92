import { expect, test } from 'vitest'
import { operatorRoutes } from './operator-routes.js'

const PATHS = ['/api/tasks', '/api/tasks/:id', '/jobs/run', '/debug/tasks', '/admin/tasks', '/notes']
const routes = PATHS.map((path) => ({ method: 'GET', path, at: 'app.js:1' }))

test('what is called after a table is open, and all that also looks like an operator’s is closed', () => {
  const { debug, ops } = operatorRoutes(routes, ['public.task', 'admin', 'notes'])
  expect(debug).toEqual(['/debug/tasks'])
  expect(ops).toEqual(['/jobs/run', '/admin/tasks', '!/api/tasks'])
})

test('without such a table all of it is closed', () => {
  expect(operatorRoutes(routes, ['notes']).ops).toEqual([
    '/api/tasks',
    '/api/tasks/:id',
    '/jobs/run',
    '/admin/tasks',
  ])
})

test('with metrics beneath it, it is the operator’s', () => {
  const { ops } = operatorRoutes(
    [...routes, { method: 'GET', path: '/api/tasks/metrics', at: '' }],
    ['tasks'],
  )
  expect(ops).toEqual(['/api/tasks', '/api/tasks/:id', '/jobs/run', '/admin/tasks', '/api/tasks/metrics'])
})

const of = (...lines: string[]) =>
  lines.map((line) => {
    const [method = '', path = ''] = line.split(' ')
    return { method, path, at: 'app.js:1' }
  })

test.each([
  ['tasks over another table', '/api/tasks', ['GET /api/tasks', 'POST /api/tasks', 'DELETE /api/tasks/:id']],
  ['CalDAV', '/dav/tasks', ['ALL /dav/tasks', 'GET /dav/tasks/:uid.ics', 'PUT /dav/tasks/:uid.ics']],
  ['job applications', '/jobs', ['GET /jobs', 'POST /jobs', 'GET /jobs/:id', 'POST /jobs/:id/notes']],
  ['measurements', '/metrics', ['GET /metrics', 'POST /metrics/', 'PATCH /metrics/:metricId']],
  [
    'tests of a school',
    '/:class/tests',
    ['GET /:class/tests', 'POST /:class/tests', 'PUT /:class/tests/:id(\\d+)'],
  ],
  ['a version in front', '/api/v1/jobs', ['GET /api/v1/jobs', 'POST /api/v1/jobs', 'GET /api/v1/jobs/:slug']],
  ['rows that are only changed', '/Tasks', ['GET /Tasks/:id', 'PATCH /Tasks/:id/']],
])('a collection stays open, and is named: %s', (_, path, routes) => {
  const { debug, ops, guesses } = operatorRoutes(of(...routes), ['todos'])
  expect([debug, ops]).toEqual([[], [`!${path}`]])
  expect(guesses).toEqual([expect.objectContaining({ about: 'open', says: expect.stringContaining(path) })])
})

test.each([
  ['metrics to be scraped', ['GET /metrics']],
  ['jobs to be run', ['GET /jobs', 'GET /jobs/:name', 'POST /jobs/:name', 'POST /jobs/:name/run']],
  ['a list that is only read', ['GET /tasks', 'GET /tasks/:id']],
  ['tasks of an administrator', ['GET /admin/tasks', 'POST /admin/tasks', 'GET /admin/tasks/:id']],
  ['a shell', ['GET /exec', 'POST /exec', 'GET /exec/:id', 'GET /env', 'POST /env', 'DELETE /env/:id']],
])('a list to run or to read, or another word of an operator, is closed: %s', (_, routes) => {
  const { debug, ops, guesses } = operatorRoutes(of(...routes), ['todos'])
  expect([...debug, ...ops]).toEqual([...new Set(of(...routes).map(({ path }) => path))])
  expect(guesses.map(({ about }) => about)).not.toContain('open')
})
