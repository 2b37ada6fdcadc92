import { expect, test } from 'vitest'
import type { InitQuestion } from '../question.js'
import { loginFieldsOf } from './login-fields.js'
import { loginFormOf } from './login-form.js'
import type { LoginRoute } from './read-login.js'
import type { Trying } from './trying.js'

const route = (path: string, ...fields: string[]): LoginRoute => ({
  method: 'POST',
  path,
  at: 'app.js:9',
  fields: loginFieldsOf(fields),
})
const LOGIN = route('/login', 'email', 'password', 'remember')
const SIGN_IN = route('/sign-in', 'username', 'password')

/** An app whose routes are those; the question, if there is one, is answered so. */
function trying(routes: readonly LoginRoute[], answer: (question: InitQuestion) => string): Trying {
  const store = { kind: 'memory', name: '', at: '', table: null, makesTable: false } as const
  const read = {
    at: 'app.js:1',
    store,
    passport: null,
    users: [],
    logins: [...routes],
    registers: [],
    logouts: [],
    open: [],
  }
  const none = () => {
    throw new Error('nothing is sent: the sources say the fields')
  }
  return {
    read,
    target: { ask: none },
    database: { sql: none },
    routes: routes.map(({ path }) => ({ method: 'POST', path, at: '' })),
    catalog: { tables: [], views: [], definerFunctions: [] },
    users: 'users',
    ownerId: 1,
    forms: false,
    ask: async (question) => answer(question),
  }
}

const neverAsked = () => {
  throw new Error('nothing is unclear')
}

test('one route is taken without a question, with the fields that it reads', async () => {
  expect(await loginFormOf(trying([LOGIN], neverAsked), [LOGIN], 'login', null)).toMatchObject({
    post: '/login',
    fields: { user: 'email', password: 'password' },
    more: {},
    as: 'json',
  })
})

test('of several the answer is taken, and none by default', async () => {
  const both = [LOGIN, SIGN_IN]
  const chosen = trying(both, ({ answers }) => answers.find((one) => one === '/sign-in')!)
  expect(await loginFormOf(chosen, both, 'login', null)).toMatchObject({ post: '/sign-in' })
  const byDefault = trying(both, ({ guess }) => guess)
  await expect(loginFormOf(byDefault, both, 'login', null)).rejects.toThrow(
    /several routes may take its login: \/login, \/sign-in\..*login: \{ post: 'TODO' \}/,
  )
})

test('a registration names its user as the login does, and repeats the password', async () => {
  const join = route('/join', 'email', 'username', 'password', 'confirmPassword', '_csrf')
  expect(await loginFormOf(trying([join], neverAsked), [join], 'registration', 'username')).toMatchObject({
    fields: { user: 'username', password: 'password' },
    more: { email: 'test@example.com', confirmPassword: '$password' },
  })
})

test('a registration takes what its handlers do not name from the form of its page', async () => {
  const join = route('/join', 'username', 'password')
  const page =
    '<form method="post" action="/join"><input name="username"><input name="nick"><input type="password" name="password"><input type="password" name="passwordConfirmation"></form>'
  const known = trying([join], neverAsked)
  const answer = { status: 200, headers: { 'content-type': 'text/html' }, json: undefined, ms: 1 }
  const ask = async () => ({ ...answer, body: page })
  expect(await loginFormOf({ ...known, target: { ask } }, [join], 'registration', 'username')).toMatchObject({
    fields: { user: 'username', password: 'password' },
    more: { nick: 'Test', passwordConfirmation: '$password' },
  })
})

test('a route that the running app does not have is not taken', async () => {
  await expect(loginFormOf(trying([], neverAsked), [LOGIN], 'login', null)).rejects.toThrow(
    /no POST route was found that takes its login/,
  )
})
