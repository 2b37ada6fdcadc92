import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let one: AuthApp
beforeEach(async () => {
  one = await authApp({ open: true })
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
})
afterEach(() => one.dispose())

let address = 0
/** From an address of its own, so that limits by address do not mix attempts up. */
function post(path: string, body: object) {
  const from = `10.${Math.floor(++address / 250)}.${address % 250}.1`
  return request(one.app).post(`/api/auth${path}`).set('X-Forwarded-For', from).send(body)
}

/** The statements that a registration sends, without their values. */
async function asked(body: object): Promise<string[]> {
  const seen: string[] = []
  const note = ({ sql }: { sql: string }) => void seen.push(sql)
  one.db.on('query', note)
  await post('/register', body).expect(202)
  one.db.off('query', note)
  return seen.filter((sql) => /insert into|setval|commit/i.test(sql) && !sql.includes('audit')).sort()
}

test('case 40: the work of registering is the same for a taken address, done before the answer, and leaves nothing', async () => {
  let prepared = 0
  one.kit.onRegistered(async (trx, id) => {
    prepared++
    await trx('usertwo.audit').insert({ event: 'prepared', user_id: id })
  })
  const { password } = OWNER
  const free = await asked({ email: 'new@example.com', password })
  expect(free.length).toBeGreaterThan(2)
  expect(await asked({ email: 'new@example.com', password: 'another user’s' })).toEqual(free)
  expect(prepared).toBe(2)
  expect(await one.db('users').orderBy('id').pluck('email')).toEqual([OWNER.email, 'new@example.com'])
  expect(await one.db('usertwo.audit').where({ event: 'prepared' })).toHaveLength(1)
  await post('/login', { email: 'new@example.com', password }).expect(200)
})

test('case 40: a taken user name gets the same answer as a free one, and both users can log in', async () => {
  const given = { email: 'new@example.com', password: OWNER.password }
  const taken = await post('/register', { ...given, username: 'default_user' }).expect(202)
  const free = await post('/register', { ...given, email: 'b@example.com', username: 'free' }).expect(202)
  expect(taken.body).toEqual(free.body)
  await post('/login', given).expect(200)
  expect(await one.db('users').orderBy('id').pluck('username')).toEqual([
    'default_user',
    'default_user-2',
    'free',
  ])
})
