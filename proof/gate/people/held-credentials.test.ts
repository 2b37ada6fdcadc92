import { expect, test } from 'vitest'
import { HeldCredentials } from './held-credentials.js'

const headersOf = (header: string, bearer: boolean) => {
  const held = new HeldCredentials({ header, login: { post: '/login', token: 'token', bearer } })
  held.take('/login', { headers: {}, body: '{"token":"abc"}' })
  return held.headers
}

test('a token is sent as a Bearer, or alone, in the header of the app', () => {
  expect(headersOf('authorization', true)).toEqual({ authorization: 'Bearer abc' })
  expect(headersOf('x-access-token', true)).toEqual({ 'x-access-token': 'Bearer abc' })
  expect(headersOf('x-access-token', false)).toEqual({ 'x-access-token': 'abc' })
})
