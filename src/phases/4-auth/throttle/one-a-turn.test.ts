import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { auth } from '../phase.js'
import { oneATurn } from './one-a-turn.js'

const kit = { config: { auth: { mount: '/api/auth', pages: '/auth' } } } as Kit
const res = {} as ServerResponse

/** Returns which of several simultaneous requests pass before the event loop turns. */
function atOnce(...requests: [method: string, url: string][]): string[] {
  const layer = oneATurn(kit)
  const seen: string[] = []
  for (const [method, url] of requests) layer({ method, url } as Incoming, res, () => seen.push(url))
  return seen
}

test('a POST to the auth API or its pages waits for its own slot', async () => {
  expect(
    atOnce(['POST', '/api/auth/login'], ['POST', '/auth/login'], ['POST', '/api/auth/register']),
  ).toEqual([])
})

test('a GET there, and every other request, passes at once', () => {
  const others: [string, string][] = [
    ['GET', '/api/auth/me'],
    ['GET', '/auth/login'],
    ['POST', '/notes'],
    ['POST', '/api/authors'],
  ]
  expect(atOnce(['POST', '/api/auth/login'], ...others)).toEqual(others.map(([, url]) => url))
})

test('it is the first layer, where accounts are on', () => {
  expect(auth.layers.filter(({ place }) => place === 'first')).toEqual([
    { place: 'first', make: oneATurn, flag: 'USER_MGMT_ENABLED' },
  ])
})
