import { expect, test } from 'vitest'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { inventorySummary } from './inventory.js'

const nothing = { mounts: [], tables: [], pages: [], clientCalls: [], hotSpots: [], unread: [] }
const route = (method: string, path: string) => ({ method, path, at: 'app.js:1', answers: [] })
const answered = (name: string, status: number): Exchange => ({
  method: name.split(' ')[0]!,
  path: name.split(' ')[1]!,
  route: name,
  request: { contentType: null, body: null },
  response: { status, contentType: null, body: '' },
})

test('a route is in the baseline whatever it was answered: nothing, a redirect, an error', () => {
  const routes = [
    route('PUT', '/a'),
    route('POST', '/b'),
    route('ALL', '/c'),
    route('GET', '/d'),
    route('GET', '/e'),
  ]
  const baseline = [
    answered('PUT /a', 204),
    answered('PUT /a', 204),
    answered('POST /b', 302),
    answered('PATCH /c', 204),
    answered('GET /d', 404),
  ]
  expect(inventorySummary({ ...nothing, routes }, baseline)[0]).toBe('5 routes, 4 of them in the baseline')
})
