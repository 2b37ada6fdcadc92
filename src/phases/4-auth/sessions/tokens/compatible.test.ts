import request from 'supertest'
import { expect, test } from 'vitest'
import { authApp } from '../../../../../test/support/auth-app.js'
import { createUser } from '../../registration/create-user.js'
import { createToken } from './made-tokens.js'

test('A10: at phase 4 a token of the owner’s is taken out of what the app sees, and a bearer of its own is not', async () => {
  const one = await authApp()
  const owners = await createToken(one.db, 1, { name: 'a', scopes: ['read'], days: 1 })
  await createUser(one.db, one.kit.config, { email: 'other@example.com', password: 'another long one' })
  const others = await createToken(one.db, 2, { name: 'b', scopes: ['read'], days: 1 })
  const get = (token: string) => request(one.app).get('/things').set('Authorization', `Bearer ${token}`)
  expect((await get(owners.token)).body).toEqual({ app: '/things', user: 1 })
  expect((await get(others.token)).status).toBe(503)
  expect((await get('ut_short')).body).toEqual({ app: '/things', user: null })
  expect(one.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer ut_short'])
  expect((await request(one.app).post('/things').set('Authorization', `Bearer ${owners.token}`)).status).toBe(
    403,
  )
  await one.dispose()
})
