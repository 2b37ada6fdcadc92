import { expect, test } from 'vitest'
import type { Answer } from '../../../proof/gate/app/http.js'
import { isReplaced } from './day-of.js'

const LOGIN = { by: 'jsonwebtoken', at: 'src/auth.js:19' }
const ROUTES = [
  { method: 'POST', path: '/api/auth/login', at: 'src/auth.js:29' },
  { method: 'GET', path: '/notes', at: 'src/notes.js:3' },
]
const NOTES = { method: 'GET', path: '/notes', body: null, as: 'json' as const }
const answering = (status: number, location?: string) => ({
  ask: async (): Promise<Answer> => ({ status, headers: { location }, body: '', json: undefined, ms: 1 }),
})
const replaced = (
  routes = ROUTES,
  day = { calls: [NOTES], missing: [] as never[] },
  target = answering(200),
) => isReplaced(LOGIN, '/api/auth', routes, day, target)

test('a login where usertwo answers is replaced, when nothing else asks for it', async () => {
  expect(await replaced()).toBe(true)
})

test('one at another address is not', async () => {
  expect(await replaced([...ROUTES, { method: 'POST', path: '/login', at: 'src/auth.js:40' }])).toBe(false)
  expect(await replaced(ROUTES.slice(1))).toBe(false)
  expect(await replaced([{ ...ROUTES[0]!, path: '/api/authors' }])).toBe(false)
})

test('nor one without which a route is refused, or sends to a login', async () => {
  const last = 'GET /notes: 401 {}'
  const shut = { calls: [], missing: [{ route: 'GET /notes', last }] }
  expect(await isReplaced(LOGIN, '/api/auth', ROUTES, shut, answering(200))).toBe(false)
  expect(await replaced(ROUTES, undefined, answering(302, '/sign-in?next=/notes'))).toBe(false)
})

test('what its own routes refuse says nothing', async () => {
  const own = { route: 'GET /api/auth/me', last: 'GET /api/auth/me: 401 {}' }
  const day = { calls: [NOTES], missing: [own] }
  expect(await isReplaced(LOGIN, '/api/auth', ROUTES, day, answering(200))).toBe(true)
})
