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
  '/guide': answer(302, { location: 'https://docs.example.com/start' }),
  '/wall': answer(200, {}, '<p>12 notes</p><input type="password">'),
  '/words': answer(200, {}, '<p>bread</p><input type="password">'),
  '/me': answer(302, { location: '/login' }),
  '/away': answer(302, { location: '//app/login' }),
  '/api/version': answer(200, {}, '{"version":1}'),
  '/api/notes': answer(401),
}

test('only what a login begins with stays open, and only without rows; other answers are named', async () => {
  let last = ''
  const target = {
    ask: async (_method: string, path: string) => {
      last = path
      return APP[path]!
    },
    statements: async () =>
      last === '/auth/kept'
        ? [{ text: 'select 1', rows: 1 }]
        : last === '/wall'
          ? [{ text: 'select count(*) from "Notes"', rows: 1 }]
          : [],
  }
  const found = await openWithoutLogin(
    new Map([
      ['/', ''],
      ['/login', ''],
      ['/wall', ''],
      ['/words', ''],
    ]),
    Object.keys(APP),
    target,
    { tables: ['users', 'Notes'], showsRow: (body) => body.includes('bread') },
  )
  expect(found.open).toEqual(['GET /login', 'GET /auth/google'])
  expect(found.others.map((one) => one.split(' answers')[0])).toEqual([
    'GET /',
    'GET /wall',
    'GET /words',
    'GET /api/version',
  ])
})
