import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp } from '../../../../test/support/auth-app.js'
import { issueClaimCode } from './claim-code.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let one: AuthApp

afterEach(() => one.dispose())

const claim = (code: string) =>
  request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: code })

const settings = { env: { USERTWO_CLAIM_CODE: '' } }

test('claims with a printed code, however it is typed, once; only its hash is stored', async () => {
  one = await authApp(settings)
  const code = await issueClaimCode(one.db)
  expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/)
  expect(JSON.stringify(await one.db('usertwo.claims'))).not.toContain(code.replace('-', ''))
  await claim(` ${code.toLowerCase().replace('-', ' ')} `).expect(202)
  await claim(code).expect(403)
})

test('refuses a code after a day, and one that was replaced by a newer', async () => {
  one = await authApp(settings)
  const old = await issueClaimCode(one.db, one.clock)
  const code = await issueClaimCode(one.db, one.clock)
  await claim(old).expect(403)
  one.clock.move(24 * 3600 + 1)
  await claim(code).expect(403)
})

test('leaves a code usable when the claim did not come about', async () => {
  one = await authApp(settings)
  await one.db('users').insert({ username: 'x', email: OWNER.email, created_at: new Date() })
  const code = await issueClaimCode(one.db)
  const taken = await claim(code).expect(400)
  expect(taken.body.errors).toEqual([{ field: 'email', message: 'Another user has this address.' }])
  await one.db('users').where({ username: 'x' }).delete()
  await claim(code).expect(202)
})
