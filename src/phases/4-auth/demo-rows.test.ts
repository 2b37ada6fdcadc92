import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../test/support/auth-app.js'
import { configAtStart } from './config-at-start.js'

const PASSWORD = 'a long enough one'
const DEPLOYED = { ENVIRONMENT: 'production', DATABASE_URL: 'postgres://app@127.0.0.1/app' }
const open: AuthApp[] = []
let first: AuthApp
beforeAll(async () => {
  first = await begin(6, DEPLOYED)
})
afterAll(async () => {
  for (const one of open.reverse()) await one.dispose()
})

/** Processes on one database, where the demo's rows have an owner in development only. */
async function begin(dial: number, env: Record<string, string>, url?: string): Promise<AuthApp> {
  const one = await authApp({ dial, env, ...(url && { url }), config: { demo: { rows: 'development' } } })
  open.push(one)
  return one
}
const claim = (one: AuthApp, email: string) =>
  request(one.app)
    .post('/api/auth/register')
    .send({ email, password: PASSWORD, claim_code: CODE })
    .then(({ status }) => status)

test('below phase 6 a claim is refused: every user except the owner would get 503', async () => {
  expect(await claim(await begin(4, DEPLOYED, first.url), 'ann@example.com')).toBe(403)
})

test('the code makes one administrator with a new id, also for two claims at once, and the demo’s row stays', async () => {
  const emails = ['ann@example.com', 'ben@example.com']
  const statuses = await Promise.all(emails.map((email) => claim(first, email)))
  expect(statuses.sort()).toEqual([202, 403])
  expect(await claim(first, 'cy@example.com')).toBe(403)
  const people = await first.db('users').orderBy('id').select('id', 'email', 'is_admin')
  expect(people).toEqual([
    expect.objectContaining({ id: 1, email: null, is_admin: false }),
    expect.objectContaining({ email: expect.stringMatching(/^(?:ann|ben)@/), is_admin: true }),
  ])
  const { body } = await request(first.app)
    .post('/api/auth/login')
    .send({ email: people[1].email, password: PASSWORD })
    .expect(200)
  const me = await request(first.app).get('/api/auth/me').set('Authorization', `Bearer ${body.access_token}`)
  expect(me.body).toMatchObject({ id: people[1].id, is_admin: true })
  expect(await first.db('usertwo.credentials').pluck('user_id')).toEqual([people[1].id])
  expect(await first.db('usertwo.audit').where({ event: 'claimed' }).pluck('user_id')).toEqual([people[1].id])
})

test('in development the claimer gets the demo’s rows, and a deployed start on that database is refused', async () => {
  await configAtStart(first.kit)
  const two = await begin(6, {}, first.url)
  expect(await claim(two, 'dee@example.com')).toBe(202)
  expect(await first.db('users').where({ id: 1 }).first('email', 'is_admin')).toEqual({
    email: 'dee@example.com',
    is_admin: true,
  })
  await expect(configAtStart(first.kit)).rejects.toThrow(
    /demo\.rows is 'development', and in production a user can log in as users\.id 1/,
  )
})
