// Accounts that another person registered with the user's address, before the user logs in by a mailed link.
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuthApp, type AuthAppOptions, CODE } from '../../../../test/support/auth-app.js'
import {
  linkApp,
  linkBrowser,
  linkFor,
  linkUser,
  mailedLinks,
  nextAddress,
  LINK_OWNER as OWNER,
} from '../../../../test/support/login-links.js'
import { type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { enrolled } from '../../../../test/support/totp.js'
import { issueInvitation } from '../links/invitation.js'
import { issueReset } from '../links/reset-token.js'
import { createUser } from '../registration/create-user.js'

const ANN = { email: 'ann@example.com', password: 'a password of hers' }
const NEXT = 'another long one of hers'
const FLAGS = { AUTH_ENABLE_TOTP: 'true', AUTH_ENABLE_PASSKEYS: 'true', AUTH_ENABLE_OAUTH: 'false' }
let mail: MailServer
let one: AuthApp

beforeEach(async () => {
  mail = await mailServer()
})
afterEach(async () => {
  await one.dispose()
  await mail.stop()
})

async function start(env: Record<string, string> = {}, more: AuthAppOptions = {}): Promise<void> {
  one = await linkApp(mail, { ...more, env: { ...FLAGS, ...env } })
}
async function register(who: object): Promise<void> {
  await request(one.app)
    .post('/api/auth/register')
    .set('X-Forwarded-For', nextAddress())
    .send(who)
    .expect(202)
}
const idOf = async (email: string) => (await one.db('users').where({ email }).pluck('id'))[0]
const logIn = (who: object) => linkBrowser(one).login(who)
const me = (token: string) => request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${token}`)
const events = () => one.db('usertwo.audit').orderBy('id').pluck('event')
/** Logs in by a mailed link, in a browser of its own. */
async function byLink(email: string) {
  await mailedLinks(one, mail)
  one.clock.move(61)
  const browser = linkBrowser(one)
  return browser.use(await linkFor(one, mail, browser, email))
}
async function addPasskey(user: number): Promise<void> {
  await one.db('usertwo.passkeys').insert({
    id: '00000000-0000-4000-8000-000000000001',
    user_id: user,
    credential_id: 'x',
    public_key: Buffer.from('x'),
    user_handle: 'x',
    name: 'theirs',
    transports: [],
    counter: 0,
    is_backup_eligible: false,
    is_backed_up: false,
    created_at: one.clock.now(),
  })
}

describe('case 46: a link that logs in is the first proof of an address', () => {
  test('before it is confirmed the other person has nothing left of it', async () => {
    await start()
    await register(ANN)
    const { status, body } = await byLink(ANN.email)
    expect(status).toBe(200)
    expect((await me(body.access_token).expect(200)).body.email).toBe(ANN.email)
    expect((await logIn(ANN)).status).toBe(401)
    expect(await events()).toContain('access_removed')
  })

  test('without confirmation their password, logins, factor and passkeys are gone; a reset sets a password', async () => {
    await start({ AUTH_REQUIRE_EMAIL_VERIFY: 'false' })
    await register(ANN)
    const user = await idOf(ANN.email)
    const earlier: string = (await logIn(ANN)).body.access_token
    await enrolled(one, earlier)
    await addPasskey(user)
    const { status, body } = await byLink(ANN.email)
    // The code of the other person's app is not due either.
    expect([status, body.access_token]).toEqual([200, expect.any(String)])
    await me(body.access_token).expect(200)
    await me(earlier).expect(401)
    expect((await logIn(ANN)).status).toBe(401)
    for (const table of ['totp', 'passkeys', 'recovery_codes'])
      expect(await one.db(`usertwo.${table}`).where({ user_id: user })).toEqual([])
    const token = await issueReset(one.db, user, one.clock)
    await request(one.app).post('/api/auth/password/reset').send({ token, password: NEXT }).expect(204)
    expect((await logIn({ ...ANN, password: NEXT })).status).toBe(200)
  })

  test('a link that sets a password removes earlier passkeys, and is the first proof as well', async () => {
    await start({ AUTH_REQUIRE_EMAIL_VERIFY: 'false' })
    await register(ANN)
    const user = await idOf(ANN.email)
    await addPasskey(user)
    const token = await issueReset(one.db, user, one.clock)
    await request(one.app).post('/api/auth/password/reset').send({ token, password: NEXT }).expect(204)
    expect(await one.db('usertwo.passkeys').where({ user_id: user })).toEqual([])
    expect((await byLink(ANN.email)).status).toBe(200)
    expect((await logIn({ ...ANN, password: NEXT })).status).toBe(200)
  })

  test('a second link removes nothing more', async () => {
    await start({ AUTH_REQUIRE_EMAIL_VERIFY: 'false' })
    await register(ANN)
    const first = await byLink(ANN.email)
    const second = await byLink(ANN.email)
    await me(first.body.access_token).expect(200)
    await me(second.body.access_token).expect(200)
  })

  test('the account page of a user without a password offers a link that sets one', async () => {
    await start()
    await register(ANN)
    await mailedLinks(one, mail)
    const browser = linkBrowser(one)
    await browser.form('/auth/login/link/confirm', {
      token: await linkFor(one, mail, browser, ANN.email),
    })
    const { text } = await browser.page('/auth/account').expect(200)
    expect(text).toContain('href="/auth/forgot"')
    expect(text).not.toContain('name="current_password"')
  })
})

describe('case 46: a link removes nothing from an account that no other person can have made', () => {
  /** Each logs in by the password, then by a link; both logins and the password go on. */
  async function keepsAll(who: { email: string; password: string }): Promise<void> {
    const earlier: string = (await logIn(who)).body.access_token
    expect((await byLink(who.email)).status).toBe(200)
    await me(earlier).expect(200)
    expect((await logIn(who)).status).toBe(200)
    expect(await events()).not.toContain('access_removed')
  }

  test('the owner, who claimed with the code', async () => {
    await start({ AUTH_REQUIRE_EMAIL_VERIFY: 'false', USERTWO_CLAIM_CODE: CODE })
    await keepsAll(OWNER)
  })

  test('an invited user', async () => {
    await start()
    const invited = { email: ANN.email, role: null, days: 7 }
    const invite_code = await issueInvitation(one.db, invited, one.clock)
    await register({ ...ANN, invite_code })
    await keepsAll(ANN)
  })

  test('a user whom the operator made', async () => {
    await start()
    await createUser(one.db, one.kit.config, ANN)
    // The operator's command hashes for real; the app of the tests does not.
    await one
      .db('usertwo.credentials')
      .where({ user_id: await idOf(ANN.email) })
      .update({ password_hash: `cheap ${ANN.password}` })
    await keepsAll(ANN)
  })

  test('a user who confirmed the address', async () => {
    await start()
    await linkUser(one, ANN)
    await keepsAll(ANN)
  })
})
