import { expect, test } from 'vitest'
import type { Answer } from '../../../proof/gate/app/http.js'
import { openWithoutLogin } from './as-owner.js'

const answer = (status: number, headers: Answer['headers'] = {}, body = ''): Answer => ({
  status,
  headers,
  body,
  json: undefined,
  ms: 1,
})
const GOOGLE = { location: 'https://accounts.example.com/auth?client_id=1' }
const APP: Record<string, Answer> = {
  '/': answer(200, {}, '<p>Welcome</p>'),
  '/login': answer(200, {}, '<input type="password">'),
  '/auth/google': answer(302, GOOGLE),
  '/auth/kept': answer(302, GOOGLE),
  '/me': answer(302, { location: '/login' }),
  '/away': answer(302, { location: '//app/login' }),
  '/api/version': answer(200, {}, '{"version":1}'),
  '/api/notes': answer(401),
}

test('an anonymous client is sent to the provider of a login, and other answers are named', async () => {
  let last = ''
  const target = {
    ask: async (_method: string, path: string) => {
      last = path
      return APP[path]!
    },
    statements: async () => (last === '/auth/kept' ? [{ text: 'select 1', rows: 1 }] : []),
  }
  const found = await openWithoutLogin(
    new Map([
      ['/', ''],
      ['/login', ''],
    ]),
    Object.keys(APP),
    target,
  )
  expect(found.open).toEqual(['GET /login', 'GET /auth/google'])
  expect(found.others.map((one) => one.split(' answers')[0])).toEqual(['GET /', 'GET /api/version'])
})
