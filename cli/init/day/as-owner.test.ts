import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, test } from 'vitest'
import { type Answer, ask } from '../../../proof/gate/app/http.js'
import { loggedInOwner, openWithoutLogin } from './as-owner.js'

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

const FORM = {
  ...{ post: '/login', fields: { user: 'name', password: 'password' } },
  more: {},
  as: 'json' as const,
  at: '',
}
const ACCOUNT = { email: 'me', password: 'secret' }

test.each([
  ['logs in by a token', { form: { ...FORM, token: 'token' }, account: ACCOUNT }],
  ['logs in by a cookie', { form: FORM, account: ACCOUNT }],
  ['is named by a proxy', { headers: { 'x-remote-user': 'me' } }],
])('the owner who %s gets back the other cookies that the app sets', async (_, by) => {
  const app = express()
  app.post('/login', (_req, res) => void res.cookie('sid', 'own').json({ token: 'abc' }))
  app.get('/notes', (_req, res) => void res.cookie('flash', 'kept').json({}))
  app.get('/read', ({ headers }, res) => {
    const { authorization, cookie, 'x-remote-user': named } = headers
    res.json({
      as: authorization ?? named ?? /sid=\w+/.exec(cookie ?? '')?.[0],
      flash: /flash=\w+/.exec(cookie ?? '')?.[0],
    })
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const target = {
      ask: (...given: [method: string, path: string, how?: Parameters<typeof ask>[3]]) => ask(url, ...given),
      statements: async () => [],
      namesRead: async () => ({ query: [], body: [], headers: [] }),
      ended: () => [],
    }
    const owner = loggedInOwner(target, by)
    await owner.ask('GET', '/notes')
    const { json } = await owner.ask('GET', '/read')
    expect(json).toEqual({ as: expect.stringMatching(/^(?:Bearer abc|sid=own|me)$/), flash: 'flash=kept' })
    expect(owner.hasCookies()).toBe(true)
  } finally {
    server.close()
  }
})
