import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { author } from '../src/author.js'
import { config } from '../src/config.js'
import { journal } from './support/journal.js'

const { username, password } = config.demo
const login = async () =>
  (await journal.post('/api/auth/login').send({ username, password }).expect(200)).body
const me = (token) => journal.get('/api/auth/me').set('authorization', `Bearer ${token}`)

test('the demo login says who writes here', async () => {
  const { access_token, token_type, expires_in } = await login()
  expect([token_type, expires_in]).toEqual(['bearer', 900])
  await me(access_token).expect(200, { id: author.id, username, email: author.email })
})

test('a refresh token is worth an access token, and neither stands for the other', async () => {
  const { access_token, refresh_token } = await login()
  const refresh = (token) => journal.post('/api/auth/refresh').send({ refresh_token: token })
  const { body } = await refresh(refresh_token).expect(200)
  await me(body.access_token).expect(200)
  await me(refresh_token).expect(401)
  await refresh(access_token).expect(401)
})

test('any other name, password or token is refused', async () => {
  await journal.post('/api/auth/login').send({ username, password: 'wrong' }).expect(401)
  await journal.post('/api/auth/login').send({ username: 'somebody', password }).expect(401)
  await journal.post('/api/auth/login').send({}).expect(422)
  await journal.get('/api/auth/me').expect(401)
  await me('nonsense').expect(401)
  await me(jwt.sign({ kind: 'access' }, 'another secret', { subject: author.id })).expect(401)
  await me(jwt.sign({ kind: 'access' }, config.secret, { subject: author.id, expiresIn: -1 })).expect(401)
})

test('logging out is always fine', async () => {
  await journal.post('/api/auth/logout').expect(204)
})
