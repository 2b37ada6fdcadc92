import request from 'supertest'
import { expect, test } from 'vitest'
import { authApp } from '../../../test/support/auth-app.js'

test('case 109: an address that cannot be decoded is an invalid request, and no error to report', async () => {
  const one = await authApp({ dial: 5, env: { AUTH_ENABLE_OAUTH: 'false' } })
  for (const [method, path] of [
    ['get', '/auth/admin/users/%zz'],
    ['get', '/auth/admin/audit/%zz'],
    ['get', '/auth/%zz'],
    ['post', '/auth/sessions/%zz/end'],
    ['delete', '/api/auth/sessions/%zz'],
  ] as const) {
    const { status, text } = await request(one.app)[method](path).set('Sec-Fetch-Site', 'same-origin')
    expect([path, status]).not.toEqual([path, 500])
    expect(text).not.toMatch(/decode|\bat \S+:\d+/)
  }
  await request(one.app).get('/auth/admin/users/%zz').expect(400)
  const { body } = await request(one.app)
    .delete('/api/auth/sessions/%zz')
    .set('Sec-Fetch-Site', 'same-origin')
    .expect(400)
  expect(body).toMatchObject({ code: 'invalid_request' })
  expect(one.reported).toEqual([])
  await one.dispose()
})
