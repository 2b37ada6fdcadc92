import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { enrolled, phoneCode, wrongCode } from '../../../../test/support/totp.js'
import { issueReset } from '../links/reset-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ON = { AUTH_ENABLE_TOTP: 'true' }
let one: AuthApp
/** the address of the client, another for each test */
let address = 0

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  request(one.app)
    .post(`/api/auth${path}`)
    .set({ 'x-forwarded-for': `203.0.113.${address}`, ...headers })
    .send(body)
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const me = (token: string) => request(one.app).get('/api/auth/me').set(bearer(token))
const login = async () => (await post('/login', OWNER).expect(200)).body

const codeOf = (secret: string, steps = 0) => phoneCode(one, secret, steps)
const wrong = (secret: string, n = 0) => wrongCode(one, secret, n)
const enrol = (token: string) => enrolled(one, token)
/** The device cookie that an answer sets, as a browser sends it. */
const deviceIn = (headers: Record<string, unknown>) =>
  (headers['set-cookie'] as string[]).find((line) => line.startsWith('usertwo-device='))!.split(';', 1)[0]!
const verify = (mfa_token: string, code: string) => post('/totp/verify', { mfa_token, code })

beforeEach(async () => {
  address++
  one = await authApp({ env: ON, open: true })
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
})
afterEach(() => one?.dispose())

describe('enrolment', () => {
  test('case 88: it begins with a code, and ends every other login', async () => {
    const other = (await login()).access_token
    const mine = (await login()).access_token
    const { body } = await post('/totp/enrol', {}, bearer(mine)).expect(200)
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(body.uri).toContain(`secret=${body.secret}`)
    expect(body.qr).toMatch(/^<svg xmlns/)
    // Until it is confirmed the password is enough.
    expect((await login()).access_token).toBeTruthy()
    await post('/totp/confirm', { code: wrong(body.secret) }, bearer(mine)).expect(401)
    const { recovery_codes } = (
      await post('/totp/confirm', { code: codeOf(body.secret) }, bearer(mine)).expect(200)
    ).body
    expect(recovery_codes).toHaveLength(10)
    expect(new Set(recovery_codes).size).toBe(10)
    // 24 of 30 letters and digits: 117 bits.
    for (const code of recovery_codes)
      expect(code).toMatch(/^(?:[A-HJKMNP-TV-Z2-9]{4}-){5}[A-HJKMNP-TV-Z2-9]{4}$/)
    await me(mine).expect(200)
    await me(other).expect(401)
    expect(await login()).toEqual({
      mfa_token: expect.any(String),
      expires_in: 300,
      factors: ['totp', 'recovery_code'],
    })
  })

  test('case 88: what is stored is neither the secret nor a recovery code', async () => {
    const { secret, codes } = await enrol((await login()).access_token)
    const rows = JSON.stringify([await one.db('usertwo.totp'), await one.db('usertwo.recovery_codes')])
    for (const shown of [secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))])
      expect(rows).not.toContain(shown)
    const [{ secret: sealed }] = await one.db('usertwo.totp')
    expect(Buffer.from(sealed.split('.')[1], 'base64url').toString('latin1')).not.toContain(secret)
  })

  test('cases 83 and 88: it wants the password within the last quarter of an hour', async () => {
    const mine = (await login()).access_token
    one.clock.move(16 * 60)
    for (const [path, body] of [
      ['/totp/enrol', {}],
      ['/totp/confirm', { code: '123456' }],
      ['/totp/recovery-codes', { code: '123456' }],
      ['/totp/remove', { code: '123456' }],
    ] as const)
      expect((await post(path, body, bearer(mine)).expect(403)).body.code).toBe('reauth_required')
  })

  test('case 88: beginning again needs a code of the present factor, which stays until the new one is confirmed', async () => {
    const mine = (await login()).access_token
    const { secret } = await enrol(mine)
    expect((await post('/totp/enrol', {}, bearer(mine)).expect(400)).body.errors[0].field).toBe('code')
    one.clock.move(60)
    const second = (await post('/totp/enrol', { code: codeOf(secret) }, bearer(mine)).expect(200)).body.secret
    expect(second).not.toBe(secret)
    one.clock.move(60)
    const { mfa_token } = await login()
    await verify(mfa_token, codeOf(second)).expect(401)
    await verify(mfa_token, codeOf(secret)).expect(200)
    await post('/totp/confirm', { code: codeOf(second) }, bearer(mine)).expect(200)
    one.clock.move(60)
    const next = (await login()).mfa_token
    await verify(next, codeOf(secret)).expect(401)
    await verify(next, codeOf(second)).expect(200)
  })

  test('a new secret waits for a quarter of an hour', async () => {
    const mine = (await login()).access_token
    const { secret } = (await post('/totp/enrol', {}, bearer(mine)).expect(200)).body
    await one.db('usertwo.totp').update({ pending_at: new Date(one.clock.now().getTime() - 15 * 60_000 - 1) })
    expect(
      (await post('/totp/confirm', { code: codeOf(secret) }, bearer(mine)).expect(400)).body.detail,
    ).toMatch(/^Start again/)
  })

  test('it is turned off with a code, and the password is enough again', async () => {
    const mine = (await login()).access_token
    const { secret } = await enrol(mine)
    one.clock.move(60)
    await post('/totp/remove', { code: wrong(secret) }, bearer(mine)).expect(401)
    await post('/totp/remove', { code: codeOf(secret) }, bearer(mine)).expect(204)
    expect((await login()).access_token).toBeTruthy()
    expect(await one.db('usertwo.recovery_codes')).toEqual([])
    expect(await one.db('usertwo.audit').orderBy('id').pluck('event')).toEqual(
      expect.arrayContaining(['factor_added', 'factor_failed', 'factor_removed']),
    )
  })
})

describe('the second step of a login', () => {
  let secret: string
  let codes: string[]
  beforeEach(async () => {
    ;({ secret, codes } = await enrol((await login()).access_token))
    one.clock.move(60)
  })

  test('case 84: a code is accepted once', async () => {
    const code = codeOf(secret)
    const { body } = await verify((await login()).mfa_token, code).expect(200)
    await me(body.access_token).expect(200)
    expect((await verify((await login()).mfa_token, code).expect(401)).body).toMatchObject({
      code: 'invalid_credentials',
      errors: [{ field: 'code' }],
    })
  })

  test('case 84: of an earlier step than one that was accepted no code is', async () => {
    await verify((await login()).mfa_token, codeOf(secret, 1)).expect(200)
    await verify((await login()).mfa_token, codeOf(secret, 0)).expect(401)
  })

  test('case 85: one step before and after, and no other', async () => {
    for (const steps of [-2, 2]) await verify((await login()).mfa_token, codeOf(secret, steps)).expect(401)
    for (const steps of [-1, 0, 1]) await verify((await login()).mfa_token, codeOf(secret, steps)).expect(200)
  })

  test('case 85: spaces and hyphens are left out; anything but six ASCII digits or a recovery code is refused uncharged', async () => {
    const { mfa_token } = await login()
    const code = codeOf(secret)
    const wide = [...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('')
    for (const bad of [
      wide,
      code.slice(1),
      `${code}0`,
      '',
      'abcdef',
      `${code}\0`,
      123456,
      [code],
      `-${'1'.repeat(99)}-`,
    ])
      expect((await verify(mfa_token, bad as string).expect(400)).body.code).toBe('invalid_request')
    expect(await one.db('usertwo.audit').where({ event: 'factor_failed' })).toEqual([])
    await verify(mfa_token, ` ${code.slice(0, 3)} ${code.slice(3)} `).expect(200)
  })

  test('case 86: wrong codes count for the account, from every address and however many logins are begun', async () => {
    one.clock.stop()
    const answers: number[] = []
    for (let n = 0; n < 8; n++) {
      address++
      const begun = await post('/login', OWNER)
      answers.push(
        begun.status === 200 ? (await verify(begun.body.mfa_token, wrong(secret, n))).status : begun.status,
      )
    }
    // Past five the delay holds for passwords and codes alike: the right password is answered as a wrong one.
    expect(answers).toEqual([401, 401, 401, 401, 401, 401, 401, 401])
    expect(await one.db('usertwo.audit').where({ event: 'factor_failed' })).toHaveLength(5)
    address++
    expect((await post('/login', OWNER)).status).toBe(401)
  })

  test('case 86: a login that was begun before is refused too, with the time to wait', async () => {
    one.clock.stop()
    const tokens = [await login(), await login(), await login(), await login(), await login(), await login()]
    for (const [n, { mfa_token }] of tokens.slice(0, 5).entries()) {
      address++
      await verify(mfa_token, wrong(secret, n)).expect(401)
    }
    address++
    const { headers, body } = await verify(tokens[5].mfa_token, codeOf(secret)).expect(429)
    expect(body.code).toBe('rate_limited')
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    one.clock.move(20 * 60)
  })

  test('cases 8 and 87: what a login with the password is given opens nothing else', async () => {
    const { mfa_token } = await login()
    for (const path of ['/me', '/sessions', '/csrf'])
      await request(one.app).get(`/api/auth${path}`).set(bearer(mfa_token)).expect(401)
    await request(one.app).get('/api/auth/me').set('Cookie', `usertwo=${mfa_token}`).expect(401)
    await post('/totp/enrol', {}, bearer(mfa_token)).expect(401)
    await post('/reauth', { password: OWNER.password }, bearer(mfa_token)).expect(401)
    const { headers } = await post('/login', OWNER).expect(200)
    expect(headers['set-cookie']).toBeUndefined()
    expect(await one.db('usertwo.user_sessions').whereNull('revoked_at')).toHaveLength(1)
    // Nor is a login one of them.
    const { body } = await verify(mfa_token, codeOf(secret)).expect(200)
    await verify(body.access_token, codeOf(secret, 1)).expect(401)
  })

  test('case 87: it is over after five minutes, and when the password is changed', async () => {
    const { mfa_token } = await login()
    one.clock.move(301)
    expect((await verify(mfa_token, codeOf(secret)).expect(401)).body.code).toBe('authentication_required')
    const again = (await login()).mfa_token
    const token = await issueReset(one.db, 1, one.clock)
    await post('/password/reset', { token, password: 'another long enough one' }).expect(204)
    expect((await verify(again, codeOf(secret)).expect(401)).body.code).toBe('authentication_required')
  })

  test('case 87: it is of one user', async () => {
    const other = { email: 'bea@example.com', password: 'a long enough one too' }
    await post('/register', other).expect(202)
    const theirs = await enrol((await post('/login', other).expect(200)).body.access_token)
    one.clock.move(60)
    const { mfa_token } = (await post('/login', other).expect(200)).body
    await verify(mfa_token, codeOf(secret)).expect(401)
    await verify(mfa_token, codes[0]!).expect(401)
    await verify(mfa_token, codeOf(theirs.secret)).expect(200)
  })

  test('case 80: a password that is reset leaves the second factor, and does not log in past it', async () => {
    const token = await issueReset(one.db, 1, one.clock)
    const { headers } = await post('/password/reset', { token, password: 'another long enough one' }).expect(
      204,
    )
    const device = deviceIn(headers)
    const { body } = await post(
      '/login',
      { ...OWNER, password: 'another long enough one' },
      { cookie: device },
    ).expect(200)
    expect(body.access_token).toBeUndefined()
    await verify(body.mfa_token, codeOf(secret)).expect(200)
  })

  test('case 89: a recovery code works once, in place of a code, and new ones end the old ones', async () => {
    await verify((await login()).mfa_token, codes[0]!.toLowerCase().replaceAll('-', ' ')).expect(200)
    await verify((await login()).mfa_token, codes[0]!).expect(401)
    const { body } = await verify((await login()).mfa_token, codes[1]!).expect(200)
    const made = await post(
      '/totp/recovery-codes',
      { code: codeOf(secret) },
      bearer(body.access_token),
    ).expect(200)
    await verify((await login()).mfa_token, codes[2]!).expect(401)
    await verify((await login()).mfa_token, made.body.recovery_codes[0]).expect(200)
  })

  test('case 90: a known browser needs the code too', async () => {
    const { headers } = await verify((await login()).mfa_token, codeOf(secret)).expect(200)
    const device = deviceIn(headers)
    const { body } = await post('/login', OWNER, { cookie: device }).expect(200)
    expect(body.mfa_token).toBeTruthy()
  })

  test('case 83: an old login needs the password and a code, and each alone leaves it old', async () => {
    const { access_token } = (await verify((await login()).mfa_token, codeOf(secret)).expect(200)).body
    one.clock.move(16 * 60)
    const reauth = (body: object) => post('/reauth', body, bearer(access_token))
    const { password } = OWNER
    expect((await reauth({ password }).expect(400)).body.errors[0].field).toBe('code')
    expect((await reauth({ password, code: wrong(secret) }).expect(401)).body.errors[0].field).toBe('code')
    const bad = await reauth({ password: 'not the right one', code: codeOf(secret) }).expect(401)
    expect(bad.body.errors[0].field).toBe('password')
    await post('/totp/enrol', { code: codeOf(secret) }, bearer(access_token)).expect(403)
    // The wrong password left the code unused.
    const renewed = (await reauth({ password, code: codeOf(secret) }).expect(200)).body.access_token
    await request(one.app).delete('/api/auth/sessions').set(bearer(renewed)).expect(204)
    one.clock.move(16 * 60)
    const again = { password, code: codes[0]! }
    await post('/reauth', again, bearer(renewed)).expect(200)
  })

  test('case 83: of parallel proofs with one code one counts', async () => {
    const { access_token } = (await verify((await login()).mfa_token, codeOf(secret)).expect(200)).body
    const other = (await verify((await login()).mfa_token, codes[0]!).expect(200)).body.access_token
    one.clock.move(16 * 60)
    const body = { password: OWNER.password, code: codeOf(secret) }
    const both = await Promise.all([access_token, other].map((token) => post('/reauth', body, bearer(token))))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  test('case 112: neither a secret nor a code is in what is noted', async () => {
    await verify((await login()).mfa_token, wrong(secret)).expect(401)
    await verify((await login()).mfa_token, codes[0]!).expect(200)
    const noted = JSON.stringify(await one.db('usertwo.audit'))
    for (const shown of [secret, ...codes]) expect(noted).not.toContain(shown)
  })
})
