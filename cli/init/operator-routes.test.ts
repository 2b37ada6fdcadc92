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
