import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makePasskey, type OddAnswer } from '../../../../proof/checks/4-auth/passkeys/software-passkey.js'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { LOCALHOST, type PasskeyClient, passkeyClient } from '../../../../test/support/passkeys.js'
import { assertTables } from '../../3-schema/migrated.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const BEA = { email: 'bea@example.com', password: 'a long enough one too' }
const BEGIN = '/webauthn/register/options'
const ADD = '/webauthn/register/verify'
let one: AuthApp
let address = 0
let client: PasskeyClient
let mine: string
let theirs: string

const newClient = () => passkeyClient(one, `203.0.113.${++address}`)
const tokenOf = async (who: typeof OWNER) =>
  (await newClient().post('/login', who).expect(200)).body.access_token
const get = (token: string) =>
  request(one.app).get('/api/auth/webauthn/credentials').set('Authorization', `Bearer ${token}`)
const remove = (token: string, id: string) =>
  request(one.app).delete(`/api/auth/webauthn/credentials/${id}`).set('Authorization', `Bearer ${token}`)

beforeAll(async () => {
  one = await authApp({ env: { AUTH_ENABLE_PASSKEYS: 'true' }, open: true })
  await newClient()
    .post('/register', { ...OWNER, claim_code: CODE })
    .expect(202)
  await newClient().post('/register', BEA).expect(202)
}, 60_000)
beforeEach(async () => {
  await one.db('usertwo.passkeys').delete()
  client = newClient()
  mine = await tokenOf(OWNER)
  theirs = await tokenOf(BEA)
})
afterAll(() => one?.dispose())

describe('a passkey is added', () => {
  test('by options for a discoverable one, with user verification and the app’s own name', async () => {
    const first = (await client.post(BEGIN, {}, mine).expect(200)).body
    expect(first).toMatchObject({
      rp: { id: 'localhost' },
      user: { name: OWNER.email },
      attestation: 'none',
      timeout: 300_000,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [],
    })
    expect(Buffer.from(first.challenge, 'base64url')).toHaveLength(32)
    // It says nothing about the user.
    expect(Buffer.from(first.user.id, 'base64url')).toHaveLength(32)
    const { passkey } = await client.register(mine)
    const { passkey: second } = await client.register(mine)
    expect(second.handle).toBe(passkey.handle)
    const { excludeCredentials } = (await client.post(BEGIN, {}, mine).expect(200)).body
    expect(excludeCredentials.map((known: { id: string }) => known.id)).toEqual([passkey.id, second.id])
  })

  test('with its name; the user sees when it was added and last used', async () => {
    const { id, passkey } = await client.register(mine, ' my phone ', { isBackupEligible: true })
    await client.register(mine, 'the key', { isBackupEligible: true, isBackedUp: true })
    await client.logIn(passkey)
    const { body } = await get(mine).expect(200)
    expect(body).toEqual([
      {
        id,
        name: 'my phone',
        created_at: expect.any(String),
        last_used_at: expect.any(String),
        backed_up: false,
      },
      {
        id: expect.any(String),
        name: 'the key',
        created_at: expect.any(String),
        last_used_at: null,
        backed_up: true,
      },
    ])
    await client.post(`/webauthn/credentials/${id}`, { name: 'old phone' }, mine).expect(204)
    for (const name of ['', ' ', 'x'.repeat(61), 'two\nlines', 7])
      await client.post(`/webauthn/credentials/${id}`, { name }, mine).expect(400)
    expect((await get(mine)).body[0].name).toBe('old phone')
    expect((await remove(mine, id).expect(204)).body).toEqual({})
    expect((await get(mine)).body).toHaveLength(1)
    await remove(mine, id).expect(404)
    expect(await one.db('usertwo.audit').where({ event: 'passkey_removed', user_id: 1 })).toHaveLength(1)
  })

  test('case 83: only by a user whose login is recent', async () => {
    for (const path of [BEGIN, ADD]) await client.post(path, {}).expect(401)
    await request(one.app).get('/api/auth/webauthn/credentials').expect(401)
    const { id } = await client.register(mine)
    const { credential } = makePasskey((await client.post(BEGIN, {}, mine)).body, LOCALHOST)
    one.clock.move(16 * 60)
    for (const body of [{}, { credential }])
      for (const path of [BEGIN, ADD])
        expect((await client.post(path, body, mine).expect(403)).body.code).toBe('reauth_required')
    expect((await remove(mine, id).expect(403)).body.code).toBe('reauth_required')
  })

  test('and nothing that is stored answers for it: of a challenge a hash is', async () => {
    const { challenge } = (await client.post(BEGIN, {}, mine).expect(200)).body
    const { passkey } = await client.register(mine)
    const stored = JSON.stringify([
      await one.db('usertwo.passkeys'),
      await one.db('usertwo.passkey_challenges'),
      await one.db('usertwo.audit'),
    ])
    expect(stored).toContain(passkey.id)
    expect(stored).not.toContain(challenge)
    const { d } = passkey.key.export({ format: 'jwk' })
    expect(stored).not.toContain(d)
  })

  test('up to 20 of a user', async () => {
    for (let n = 0; n < 20; n++) await client.register(mine)
    expect((await client.post(BEGIN, {}, mine).expect(400)).body.detail).toMatch(/20 passkeys/)
    await client.register(theirs)
  })
})

describe('case 91: it is not added', () => {
  test.each<[string, OddAnswer]>([
    ['by a page of another origin', { origin: 'https://evil.example' }],
    ['by a page of another port than localhost says', { origin: 'http://localhost:3000.evil.example' }],
    ['by a page of localhost over https', { origin: 'https://localhost:3000' }],
    ['by a page in a frame of another site', { crossOrigin: true }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['without user verification', { isVerified: false }],
    ['without user presence', { isPresent: false }],
    ['by what answers a login', { type: 'webauthn.get' }],
    ['with another challenge', { challenge: 'A'.repeat(43) }],
    ['backed up though it cannot be', { isBackedUp: true }],
    ['with an attestation whose statement is wrong', { format: 'packed' }],
    ['with an attestation of an unknown format', { format: 'own' }],
  ])('%s', async (_what, said) => {
    const { body } = await client.post(BEGIN, {}, mine)
    const { cookie } = await asked(mine)
    const { credential } = makePasskey((await again(mine, cookie)).body, LOCALHOST, said)
    expect(body.challenge).toBeTruthy()
    const answer = await add(mine, cookie, credential)
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
    expect(answer.body.detail).toMatch(/^The passkey was not accepted/)
    expect(await one.db('usertwo.passkeys')).toEqual([])
  })

  /** A challenge, and the cookie that came with it. */
  async function asked(token: string) {
    const answer = await newClient().post(BEGIN, {}, token).expect(200)
    const [set] = answer.headers['set-cookie'] as unknown as string[]
    return { options: answer.body, cookie: set!.split(';', 1)[0]! }
  }
  const again = (token: string, cookie: string) =>
    newClient().post(BEGIN, {}, token).set('cookie', cookie).expect(200)
  const add = (token: string, cookie: string, credential: object) =>
    newClient().post(ADD, { credential }, token).set('cookie', cookie)

  test('with a challenge that was used, is too old, or belongs to another browser, another user or a login', async () => {
    const used = await asked(mine)
    const { credential } = makePasskey(used.options, LOCALHOST)
    await add(mine, used.cookie, credential).expect(201)
    await add(mine, used.cookie, makePasskey(used.options, LOCALHOST).credential).expect(400)

    const here = await asked(mine)
    const elsewhere = await asked(mine)
    const made = makePasskey(here.options, LOCALHOST).credential
    await add(mine, elsewhere.cookie, made).expect(400)
    await newClient().post(ADD, { credential: made }, mine).expect(400)
    await add(theirs, here.cookie, made).expect(400)

    const login = await newClient().post('/webauthn/authenticate/options', {}).expect(200)
    const cookie = (login.headers['set-cookie'] as unknown as string[])[0]!.split(';', 1)[0]!
    const forLogin = { ...here.options, challenge: login.body.challenge }
    await add(mine, cookie, makePasskey(forLogin, LOCALHOST).credential).expect(400)

    // The right one was not used up by others, and is good until its time is over.
    await add(mine, here.cookie, made).expect(201)
    const late = await asked(mine)
    one.clock.move(301)
    await add(mine, late.cookie, makePasskey(late.options, LOCALHOST).credential).expect(400)
  })

  test('by a body that no browser sends', async () => {
    const { cookie, options } = await asked(mine)
    const { credential } = makePasskey(options, LOCALHOST) as { credential: Record<string, unknown> }
    for (const bad of [
      undefined,
      null,
      'x',
      {},
      { ...credential, type: 'password' },
      { ...credential, id: 'a b' },
    ])
      expect((await add(mine, cookie, bad as object)).status).toBe(400)
    const response = { clientDataJSON: '', attestationObject: '' }
    await add(mine, cookie, { ...credential, response }).expect(400)
    await add(mine, cookie, { ...credential, rawId: 'AAAA' }).expect(400)
  })
})

test('case 92: a credential that another user has is refused, and nothing names that user', async () => {
  const { passkey } = await client.register(mine)
  const other = newClient()
  const stolen = other.register(theirs, 'mine now', { id: passkey.id })
  await expect(stolen).rejects.toThrow('409')
  const body = await lastRefusal()
  expect(body).toEqual({
    type: 'about:blank',
    status: 409,
    title: 'This exists already.',
    code: 'already_exists',
    detail: 'This passkey is registered already.',
  })
  expect(await one.db('usertwo.passkeys').pluck('user_id')).toEqual([1])

  /** The same for the user's own. */
  async function lastRefusal() {
    const begun = await newClient().post(BEGIN, {}, mine)
    const cookie = (begun.headers['set-cookie'] as unknown as string[])[0]!.split(';', 1)[0]!
    const { credential } = makePasskey(begun.body, LOCALHOST, { id: passkey.id })
    return (await newClient().post(ADD, { credential }, mine).set('cookie', cookie).expect(409)).body
  }
})

test('its tables are needed where it is on, and nowhere else', async () => {
  const connection = await one.db.client.acquireConnection()
  try {
    await connection.query(`begin; delete from usertwo.migrations where name = '0380-passkeys'`)
    await assertTables(connection, 4)
    await assertTables(connection, 4, { AUTH_ENABLE_PASSKEYS: false })
    const on = { AUTH_ENABLE_PASSKEYS: true }
    await expect(assertTables(connection, 4, on)).rejects.toThrow(/lacks 0380-passkeys/)
  } finally {
    await connection.query('rollback')
    await one.db.client.releaseConnection(connection)
  }
})

test('case 92: the only way into an account cannot be removed', async () => {
  const first = await client.register(mine)
  const second = await client.register(mine)
  await one.db('usertwo.credentials').where({ user_id: 1 }).update({ password_hash: null })
  try {
    const both = await Promise.all([remove(mine, first.id), remove(mine, second.id)])
    expect(both.map(({ status }) => status).sort()).toEqual([204, 400])
    expect(both.find(({ status }) => status === 400)?.body.detail).toMatch(/the only way into your account/)
    expect(await one.db('usertwo.passkeys')).toHaveLength(1)
  } finally {
    await one
      .db('usertwo.credentials')
      .where({ user_id: 1 })
      .update({ password_hash: `cheap ${OWNER.password}` })
  }
})

test('two users at the same time: each lists, renames and removes only their own', async () => {
  const other = newClient()
  const [a, b] = await Promise.all([client.register(mine, 'of a'), other.register(theirs, 'of b')])
  const results = await Promise.all([
    client.post(`/webauthn/credentials/${b.id}`, { name: 'stolen' }, mine),
    other.post(`/webauthn/credentials/${a.id}`, { name: 'stolen' }, theirs),
    remove(mine, b.id),
    remove(theirs, a.id),
    remove(mine, 'x'),
    client.post('/webauthn/credentials/x', { name: 'y' }, mine),
  ])
  expect(results.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
  expect((await get(mine)).body.map((row: { name: string }) => row.name)).toEqual(['of a'])
  expect((await get(theirs)).body.map((row: { name: string }) => row.name)).toEqual(['of b'])
})
