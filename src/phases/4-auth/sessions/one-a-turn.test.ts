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

test('it is the first layer, where usertwo keeps the accounts', () => {
  const layers = auth.layers.filter(({ place }) => place === 'first')
  expect(layers.map(({ flag }) => flag)).toEqual(['USER_MGMT_ENABLED'])
  const ofApp = { config: { auth: { ...kit.config.auth, by: 'app' } } } as Kit
  expect(layers[0]!.make(ofApp)).toBeNull()
  const login = { method: 'POST', url: '/api/auth/login' } as Incoming
  let isThrough = false
  layers[0]!.make(kit)!(login, res, () => {
    isThrough = true
  })
  expect(isThrough).toBe(false)
})
