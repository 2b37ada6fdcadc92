import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { auth } from '../phase.js'
import { oneATurn } from './one-a-turn.js'

const kit = { config: { auth: { mount: '/api/auth', pages: '/auth' } } } as Kit
const res = {} as ServerResponse

/** What goes on before the event loop has turned, of requests that come together. */
function atOnce(...requests: [method: string, url: string][]): string[] {
  const layer = oneATurn(kit)
  const seen: string[] = []
  for (const [method, url] of requests) layer({ method, url } as Incoming, res, () => seen.push(url))
  return seen
}

test('what is sent to the auth API or its pages waits for a turn of its own', async () => {
  expect(
    atOnce(['POST', '/api/auth/login'], ['POST', '/auth/login'], ['POST', '/api/auth/register']),
  ).toEqual([])
})

test('what is read there, and all else, waits for nothing', () => {
  const others: [string, string][] = [
    ['GET', '/api/auth/me'],
    ['GET', '/auth/login'],
    ['POST', '/notes'],
    ['POST', '/api/authors'],
  ]
  expect(atOnce(['POST', '/api/auth/login'], ...others)).toEqual(others.map(([, url]) => url))
})

test('it stands before all that a request costs, where there are people', () => {
  expect(auth.layers.filter(({ place }) => place === 'first')).toEqual([
    { place: 'first', make: oneATurn, flag: 'USER_MGMT_ENABLED' },
  ])
})
