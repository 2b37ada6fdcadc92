import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type OddAnswer,
  type SoftwarePasskey,
  usePasskey,
} from '../../../../proof/checks/4-auth/passkeys/software-passkey.js'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { type PasskeyClient, passkeyClient } from '../../../../test/support/passkeys.js'
import { setActive } from '../admin/disable-user.js'
import { issueReset } from '../links/reset-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const BEA = { email: 'bea@example.com', password: 'a long enough one too' }
const VERIFY = '/webauthn/authenticate/verify'
const ORIGIN = 'https://app.example.com'
let one: AuthApp
let address = 0
let client: PasskeyClient
let passkey: SoftwarePasskey
let id: string

const newClient = () => passkeyClient(one, `203.0.113.${++address}`, ORIGIN)
const tokenOf = async (who: typeof OWNER) =>
  (await newClient().post('/login', who).expect(200)).body.access_token
const me = (token: string) => request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${token}`)
/** Rows of the audit before a test: none can be deleted. */
let before = 0
const noted = (event: string) => one.db('usertwo.audit').where({ event }).where('id', '>', before)

beforeAll(async () => {
  one = await authApp({ env: { AUTH_ENABLE_PASSKEYS: 'true', PUBLIC_URL: `${ORIGIN}/app` }, open: true })
  await newClient()
    .post('/register', { ...OWNER, claim_code: CODE })
    .expect(202)
  await newClient().post('/register', BEA).expect(202)
}, 60_000)
beforeEach(async () => {
  await one.db('usertwo.passkeys').delete()
  before = Number((await one.db('usertwo.audit').max('id as last').first())?.last ?? 0)
  client = newClient()
  ;({ id, passkey } = await client.register(await tokenOf(OWNER)))
})
afterAll(() => one?.dispose())

describe('a passkey logs in', () => {
  test('without a name; the options name no account', async () => {
    const options = await newClient().ask()
    expect(options).toMatchObject({
      rpId: 'app.example.com',
      allowCredentials: [],
      userVerification: 'required',
      timeout: 300_000,
    })
    const { status, body } = await client.logIn(passkey)
    expect(status).toBe(200)
    expect((await me(body.access_token).expect(200)).body.id).toBe(1)
    expect(await noted('passkey_used')).toMatchObject([{ user_id: 1 }])
    const [row] = await one.db('usertwo.passkeys')
    expect([row.id, Number(row.counter)]).toEqual([id, passkey.counter])
  })

  test('each of two, of each of two users', async () => {
    const { passkey: second } = await client.register(await tokenOf(OWNER))
    const { passkey: other } = await newClient().register(await tokenOf(BEA))
    for (const [key, user] of [
      [passkey, 1],
      [second, 1],
      [other, 2],
    ] as const) {
      const { body } = await newClient().logIn(key)
      expect((await me(body.access_token).expect(200)).body.id).toBe(user)
    }
  })

  test('with challenges of several tabs', async () => {
    const [first, second] = [await client.ask(), await client.ask()]
    for (const asked of [second, first])
      await client.post(VERIFY, { credential: usePasskey(passkey, asked, ORIGIN) }).expect(200)
  })

  test('case 80: after the password was reset, and while the password is guessed', async () => {
    const cal = { email: 'cal@example.com', password: 'a long enough one as well' }
    await newClient().post('/register', cal).expect(202)
    const { passkey: his } = await newClient().register(await tokenOf(cal))
    const token = await issueReset(one.db, 3, one.clock)
    await newClient().post('/password/reset', { token, password: 'another long enough one' }).expect(204)
    for (let n = 0; n < 7; n++) await newClient().post('/login', { ...cal, password: `wrong ${n}` })
    await newClient()
      .post('/login', { ...cal, password: 'another long enough one' })
      .expect(429)
    expect((await newClient().logIn(his)).status).toBe(200)
  })

  test('again and again where its authenticator counts nothing', async () => {
    const { passkey: silent } = await client.register(await tokenOf(OWNER), 'no counter', { counter: 0 })
    for (let n = 0; n < 3; n++) expect((await client.logIn(silent, { counter: 0 })).status).toBe(200)
    // Once it has counted, it goes on.
    expect((await client.logIn(silent, { counter: 3 })).status).toBe(200)
    expect((await client.logIn(silent, { counter: 0 })).status).toBe(401)
  })

  test('and what is backed up by now is noted', async () => {
    const { passkey: synced } = await client.register(await tokenOf(OWNER), 'synced', {
      isBackupEligible: true,
    })
    expect((await client.logIn(synced, { isBackedUp: true })).status).toBe(200)
    const [row] = await one.db('usertwo.passkeys').where({ credential_id: synced.id })
    expect(row.is_backed_up).toBe(true)
  })
})

/** The one answer, whatever the cause. */
async function refused(answer: request.Response): Promise<void> {
  expect(answer.body).toEqual({
    type: 'about:blank',
    status: 401,
    title: 'E-mail or password is wrong.',
    code: 'invalid_credentials',
    detail: 'This passkey was not accepted, or it took longer than 5 minutes. Try again.',
  })
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(await noted('login')).toHaveLength(logins)
}
let logins = 0
beforeEach(async () => {
  logins = (await noted('login')).length
})

describe('case 91: it does not log in', () => {
  test.each<[string, OddAnswer, string?]>([
    ['on a page of another origin', { origin: 'https://evil.example' }],
    ['on a page of a sibling host', { origin: 'https://other.example.com' }],
    ['on a page over http', { origin: 'http://app.example.com' }],
    ['on a page of another port', { origin: `${ORIGIN}:8443` }],
    ['in a frame of another site', { crossOrigin: true }],
    ['for another relying party', { rpId: 'example.com' }],
    ['without user verification', { isVerified: false }],
    ['without user presence', { isPresent: false }],
    ['by what answers a registration', { type: 'webauthn.create' }],
    ['with another challenge', { challenge: 'A'.repeat(43) }],
    ['with an unknown credential', { id: 'A'.repeat(43) }],
    ['as another user', { handle: 'A'.repeat(43) }],
    ['as no user', { handle: null }],
    ['when it says of itself that it may be copied, which it did not', { isBackupEligible: true }],
    ['when its counter stays', { counter: 1 }, 'passkey_counter'],
    ['when its counter goes back', { counter: 0 }, 'passkey_counter'],
  ])('%s', async (_what, said, event = 'passkey_refused') => {
    await refused(await client.logIn(passkey, said))
    expect(await noted(event)).toMatchObject([{ user_id: said.id ? null : 1 }])
    // The same client with an honest passkey is not locked out.
    passkey.counter = 1
    expect((await client.logIn(passkey)).status).toBe(200)
  })

  test('with a challenge that was used', async () => {
    const asked = await client.ask()
    await client.post(VERIFY, { credential: usePasskey(passkey, asked, ORIGIN) }).expect(200)
    logins++
    await refused(await client.post(VERIFY, { credential: usePasskey(passkey, asked, ORIGIN) }))
  })

  test('with the very answer that has logged in before', async () => {
    const credential = usePasskey(passkey, await client.ask(), ORIGIN)
    await client.post(VERIFY, { credential }).expect(200)
    logins++
    await client.ask()
    await refused(await client.post(VERIFY, { credential }))
  })

  test('with a challenge that was answered wrongly', async () => {
    const asked = await client.ask()
    await refused(
      await client.post(VERIFY, { credential: usePasskey(passkey, asked, ORIGIN, { isVerified: false }) }),
    )
    await refused(await client.post(VERIFY, { credential: usePasskey(passkey, asked, ORIGIN) }))
  })

  test('with a challenge of another browser, or after five minutes', async () => {
    const asked = await client.ask()
    const other = newClient()
    const credential = usePasskey(passkey, asked, ORIGIN)
    await refused(await other.post(VERIFY, { credential }))
    await other.ask()
    await refused(await other.post(VERIFY, { credential }))
    one.clock.move(301)
    await refused(await client.post(VERIFY, { credential }))
  })

  test('with a challenge that was made for adding one', async () => {
    const begun = await client.post('/webauthn/register/options', {}, await tokenOf(OWNER)).expect(200)
    logins++
    const asked = { ...begun.body, rpId: 'app.example.com' }
    await refused(await client.post(VERIFY, { credential: usePasskey(passkey, asked, ORIGIN) }))
  })

  test('by the key of another passkey', async () => {
    const { passkey: other } = await newClient().register(await tokenOf(BEA))
    logins++
    await refused(await client.logIn({ ...other, handle: passkey.handle }, { id: passkey.id, counter: 9 }))
  })

  test('once it was removed', async () => {
    const token = await tokenOf(OWNER)
    logins++
    const headers = { Authorization: `Bearer ${token}` }
    await request(one.app).delete(`/api/auth/webauthn/credentials/${id}`).set(headers).expect(204)
    await refused(await client.logIn(passkey))
  })

  test('while its user is disabled', async () => {
    const { passkey: hers } = await newClient().register(await tokenOf(BEA))
    logins++
    await setActive(one.db, 2, false)
    await refused(await client.logIn(hers))
    await setActive(one.db, 2, true)
    expect((await client.logIn(hers)).status).toBe(200)
  })

  test('while its user has to confirm the address, and says so to the user alone', async () => {
    await one.db('usertwo.credentials').where({ user_id: 1 }).update({ must_verify: true })
    const { status, body } = await client.logIn(passkey)
    await one.db('usertwo.credentials').where({ user_id: 1 }).update({ must_verify: false })
    expect([status, body.code]).toEqual([403, 'email_not_verified'])
  })

  test('by a body that no browser sends', async () => {
    const credential = usePasskey(passkey, await client.ask(), ORIGIN) as Record<string, unknown>
    for (const bad of [
      undefined,
      null,
      'x',
      '{',
      [],
      { ...credential, type: 'x' },
      { ...credential, id: '' },
    ])
      expect((await client.post(VERIFY, { credential: bad })).body.code).toBe('invalid_request')
    const response = { clientDataJSON: 'bm90IGpzb24', authenticatorData: '', signature: '' }
    await refused(await client.post(VERIFY, { credential: { ...credential, response } }))
  })
})

test('wrong answers are limited for an address, as wrong passwords are, and with them', async () => {
  const here = newClient()
  for (let n = 0; n < 5; n++) await refused(await here.logIn(passkey, { id: `${n}${'A'.repeat(42)}` }))
  const { status, body } = await here.logIn(passkey)
  expect([status, body.code]).toEqual([429, 'rate_limited'])
  expect((await here.post('/login', BEA)).status).toBe(429)
  expect((await newClient().logIn(passkey)).status).toBe(200)
})

test('challenges are limited for an address, and outdated ones are deleted', async () => {
  const here = newClient()
  for (let n = 0; n < 30; n++) await here.ask()
  await here.post('/webauthn/authenticate/options', {}).expect(429)
  one.clock.move(301)
  await newClient().ask()
  expect(await one.db('usertwo.passkey_challenges')).toHaveLength(1)
})
