import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuthApp, AuthAppOptions } from '../../../../test/support/auth-app.js'
import {
  linkApp,
  linkBrowser,
  linkFor,
  linkUser,
  mailedLinks,
  mailedTokens,
  nextAddress,
  LINK_OWNER as OWNER,
} from '../../../../test/support/login-links.js'
import { type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { setActive } from '../admin/disable-user.js'
import { authMail } from '../links/auth-mail.js'
import { issueReset } from '../links/reset-token.js'

const ANN = { email: 'ann@example.com', password: 'her own long one' }
const ELSEWHERE = { field: 'browser', message: expect.stringContaining('in which you asked') }
let mail: MailServer
let one: AuthApp

beforeEach(async () => {
  mail = await mailServer()
})
afterEach(async () => {
  await one.dispose()
  await mail.stop()
})

const start = async (options: AuthAppOptions = {}) => {
  one = await linkApp(mail, options)
}
const me = (token: string) => request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${token}`)
const events = async (user: number | null = 1): Promise<string[]> =>
  one.db('usertwo.audit').where({ user_id: user }).orderBy('id').pluck('event')
const asked = (email: string) => linkFor(one, mail, linkBrowser(one), email)

test('a link that is mailed to the stored address logs in, once, in the browser that asked', async () => {
  await start()
  const browser = linkBrowser(one)
  await browser.ask(' OWNER@example.com ').expect(202)
  await authMail(one.kit)!.sendDue()
  expect(mail.taken[0]!.raw).toContain('Subject: Log in to usertwo')
  const [{ to, token }] = (await mailedLinks(one, mail)) as [{ to: string; token: string }]
  expect(to).toBe(OWNER.email)
  // 256 bits.
  expect(token).toMatch(/^[\w-]{43}$/)
  const { body } = await browser.use(token).expect(200)
  expect((await me(body.access_token).expect(200)).body).toMatchObject({ id: 1, is_admin: true })
  expect((await browser.page('/api/auth/me').expect(200)).body.id).toBe(1)
  const list = await browser.page('/api/auth/sessions').expect(200)
  expect(list.body).toMatchObject([{ current: true, token: null }])
  expect((await browser.use(token).expect(400)).body.errors).toMatchObject([{ field: 'token' }])
  expect(await events()).toEqual([
    'claimed',
    'login_link_asked',
    'login_link_used',
    'email_verified',
    'login',
  ])
})

test('case 59: only hashes of the token and of the browser are stored, and no log line has either', async () => {
  const lines: string[] = []
  await start({ lines })
  const browser = linkBrowser(one)
  const answer = await browser.ask(OWNER.email).expect(202)
  const [token] = await mailedTokens(one, mail)
  const [, secret] = /^usertwo-link=([\w-]{43})\./.exec(String(answer.headers['set-cookie']))!
  await browser.page(`/auth/login/link?token=${token}`).expect(200)
  await browser.use(token!).expect(200)
  const stored = JSON.stringify([
    await one.db('usertwo.links'),
    await one.db('usertwo.outbox'),
    await one.db('usertwo.audit'),
  ])
  for (const given of [token!, secret!]) {
    expect(stored).not.toContain(given)
    expect(lines.join('\n')).not.toContain(given)
  }
  expect(lines.length).toBeGreaterThan(2)
})

test('the app behind gets no such cookie, and the cookie is kept from scripts', async () => {
  await start({ env: { COOKIE_SECURE_DEFAULT: 'true', COOKIE_SAMESITE: 'strict' } })
  const answer = await linkBrowser(one).ask(OWNER.email).expect(202)
  const [line] = answer.headers['set-cookie'] as unknown as string[]
  expect(line).toMatch(
    /^__Host-usertwo-link=[\w-]{43}\.Lw; Max-Age=1800; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  )
  await request(one.app)
    .get('/page')
    .set('Cookie', `a=1; ${line!.split(';', 1)[0]}; b=2`)
  expect(one.seen.at(-1)!.headers.cookie).toBe('a=1; b=2')
})

test('several links are valid together, each works once, and a login with the password ends none', async () => {
  await start()
  const browser = linkBrowser(one)
  const links = [await linkFor(one, mail, browser, OWNER.email)]
  one.clock.move(61)
  links.push(await linkFor(one, mail, browser, OWNER.email))
  await browser.login(OWNER).expect(200)
  for (const token of links) await browser.use(token).expect(200)
  for (const token of links) await browser.use(token).expect(400)
})

test('a link works for 15 minutes after it was mailed', async () => {
  await start()
  const browser = linkBrowser(one)
  const early = await linkFor(one, mail, browser, OWNER.email)
  one.clock.move(15 * 60 - 5)
  await browser.page(`/auth/login/link?token=${early}`).expect(200)
  const late = await linkFor(one, mail, browser, OWNER.email)
  one.clock.move(6)
  await browser.use(early).expect(400)
  await browser.page(`/auth/login/link?token=${early}`).expect(400)
  await browser.use(late).expect(200)
})

test('a mail that is sent late has a link for 15 minutes; after 15 minutes no mail is sent', async () => {
  await start()
  const askedWhileDown = async (seconds: number) => {
    one.clock.move(86_400)
    const browser = linkBrowser(one)
    mail.refuses = true
    await browser.ask(OWNER.email).expect(202)
    expect(await mailedTokens(one, mail)).toEqual([])
    mail.refuses = false
    one.clock.move(seconds)
    return { browser, tokens: await mailedTokens(one, mail) }
  }
  const { browser, tokens } = await askedWhileDown(14 * 60)
  one.clock.move(14 * 60)
  await browser.use(tokens[0]!).expect(200)
  expect((await askedWhileDown(15 * 60 + 1)).tokens).toEqual([])
  expect(await one.db('usertwo.outbox').whereNull('sent_at')).toEqual([])
})

test('a link is refused in every other browser, and still works in the one that asked', async () => {
  await start()
  const [mine, other] = [linkBrowser(one), linkBrowser(one)]
  const token = await linkFor(one, mail, mine, OWNER.email)
  await other.ask('other@example.com').expect(202)
  for (const browser of [linkBrowser(one), other]) {
    const refused = await browser.use(token).expect(400)
    expect(refused.body.errors).toMatchObject([ELSEWHERE])
    expect(refused.headers['set-cookie']).toBeUndefined()
    for (const page of [
      await browser.page(`/auth/login/link?token=${token}`).expect(400),
      await browser.form('/auth/login/link/confirm', { token }).expect(400),
    ]) {
      expect(page.text).toContain('Open this link in the browser in which you asked for it. It was not used')
      expect(page.text).not.toContain(token)
      expect(page.text).toContain('href="/auth/login/link"')
      expect(page.headers['referrer-policy']).toBe('no-referrer')
    }
  }
  expect(await one.db('usertwo.user_sessions')).toEqual([])
  await mine.use(token).expect(200)
})

test('a secret that two cookies claim is not believed', async () => {
  await start()
  const browser = linkBrowser(one)
  const answer = await browser.ask(OWNER.email).expect(202)
  const [token] = await mailedTokens(one, mail)
  const pair = String(answer.headers['set-cookie']).split(';', 1)[0]!
  const use = (cookie: string) =>
    request(one.app)
      .post('/api/auth/login/link/confirm')
      .set({ Cookie: cookie, 'X-Forwarded-For': nextAddress() })
      .send({ token })
  await use(`${pair}; usertwo-link=${'A'.repeat(43)}.Lw`).expect(400)
  for (const bad of ['usertwo-link=', 'usertwo-link=..', `${pair}.x`, 'usertwo-link=%00'])
    expect((await use(bad).expect(400)).body.errors).toMatchObject([ELSEWHERE])
  await use(pair).expect(200)
})

test('case 47: what a mail scanner does uses nothing up: GET, HEAD, and a POST from elsewhere', async () => {
  await start()
  const browser = linkBrowser(one)
  const token = await linkFor(one, mail, browser, OWNER.email)
  const path = `/auth/login/link?token=${token}`
  for (const scanner of [linkBrowser(one), browser]) {
    await scanner.agent.head(path)
    await scanner.page(path)
  }
  await linkBrowser(one).form('/auth/login/link/confirm', { token }).expect(400)
  for (const method of ['get', 'head', 'put', 'delete'] as const)
    await browser.agent[method](`/api/auth/login/link/confirm?token=${token}`)
  const shown = await browser.page(path).expect(200)
  expect(shown.text).toContain('<form method="post" action="/auth/login/link/confirm">')
  expect(shown.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
  expect(await one.db('usertwo.links').whereNotNull('used_at')).toEqual([])
  await browser.use(token).expect(200)
})

test('case 77: an unknown address is answered as a known one, gets no mail, and no account', async () => {
  await start()
  const known = await linkBrowser(one).ask(OWNER.email).expect(202)
  const unknown = await linkBrowser(one).ask('unknown@example.com').expect(202)
  const shape = ({ headers, body }: request.Response) => [
    body,
    Object.keys(headers).sort(),
    String(headers['set-cookie'])
      .replace(/=[\w-]{43}\./, '=')
      .replace(/Expires=[^;]+/, ''),
    headers['content-length'],
  ]
  expect(shape(unknown)).toEqual(shape(known))
  expect(await mailedTokens(one, mail)).toHaveLength(1)
  expect(await one.db('users').pluck('id')).toEqual([1])
  const rows = [await one.db('usertwo.links'), await one.db('usertwo.outbox'), await one.db('usertwo.audit')]
  expect(JSON.stringify(rows)).not.toContain('unknown@')
  expect(rows.map((all) => all.length).slice(0, 2)).toEqual([1, 1])
})

test('case 77: the work is the same for an unknown address', async () => {
  await start()
  const statements = async (email: string) => {
    const seen: string[] = []
    const note = ({ sql }: { sql: string }) => void seen.push(sql)
    one.db.on('query', note)
    await linkBrowser(one).ask(email).expect(202)
    one.db.off('query', note)
    await mailedTokens(one, mail)
    // What follows the last one sends the mail, after the answer.
    const last = seen.findIndex((sql) => /^insert into "usertwo"."audit"/.test(sql))
    return seen.slice(0, last + 1).filter((sql) => /^(?:insert|select)/i.test(sql))
  }
  const known = await statements(OWNER.email)
  expect(await statements('unknown@example.com')).toEqual(known)
  expect(known.length).toBeGreaterThan(4)
})

test('case 78: a link begins with PUBLIC_URL, whatever host the request names', async () => {
  await start()
  const headers = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' }
  await linkBrowser(one).ask(OWNER.email).set(headers).expect(202)
  await authMail(one.kit)!.sendDue()
  expect(mail.taken[0]!.raw).not.toContain('evil.example')
  expect(await mailedTokens(one, mail)).toHaveLength(1)
})

test('case 79: disabling the user, another address, a new password and a removal end every link', async () => {
  await start()
  const ann = await linkUser(one, ANN)
  await mailedTokens(one, mail)
  const link = async () => {
    await one.db('usertwo.outbox').delete()
    const browser = linkBrowser(one)
    return { browser, token: await linkFor(one, mail, browser, ANN.email) }
  }
  const endedBy = async (change: () => PromiseLike<unknown>) => {
    const { browser, token } = await link()
    await change()
    await browser.page(`/auth/login/link?token=${token}`).expect(400)
    expect((await browser.use(token).expect(400)).body.errors).toMatchObject([{ field: 'token' }])
  }
  await endedBy(async () => {
    await setActive(one.db, ann, false)
    await setActive(one.db, ann, true)
  })
  await endedBy(async () => {
    const { body } = await linkBrowser(one).login(ANN).expect(200)
    await request(one.app)
      .post('/api/auth/password/change')
      .set('Authorization', `Bearer ${body.access_token}`)
      .send({ current_password: ANN.password, password: 'another long one' })
      .expect(204)
  })
  await endedBy(async () => {
    const token = await issueReset(one.db, ann, one.clock)
    await request(one.app)
      .post('/api/auth/password/reset')
      .send({ token, password: ANN.password })
      .expect(204)
  })
  const { browser, token } = await link()
  await one.db('users').where({ id: ann }).update({ email: 'new@example.com' })
  await browser.use(token).expect(400)
  await one.db('users').where({ id: ann }).update({ email: ANN.email })
  await endedBy(() => one.db('users').where({ id: ann }).delete())
})

test('a disabled user gets no mail, also for an earlier request', async () => {
  await start()
  const ann = await linkUser(one, ANN)
  await mailedTokens(one, mail)
  mail.refuses = true
  await linkBrowser(one).ask(ANN.email).expect(202)
  await mailedTokens(one, mail)
  mail.refuses = false
  await setActive(one.db, ann, false)
  one.clock.move(61)
  expect(await mailedTokens(one, mail)).toEqual([])
  await linkBrowser(one).ask(ANN.email).expect(202)
  expect(await mailedTokens(one, mail)).toEqual([])
})

test('an account whose address is not confirmed gets a link that logs in, and none that only confirms', async () => {
  await start()
  await request(one.app).post('/api/auth/register').send(ANN).expect(202)
  await authMail(one.kit)!.sendDue()
  mail.taken.length = 0
  await linkBrowser(one).ask(ANN.email).expect(202)
  await authMail(one.kit)!.sendDue()
  expect(mail.taken.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)![1])).toEqual(['Log in to usertwo'])
  expect(await mailedTokens(one, mail)).toHaveLength(1)
})

test('a link replaces no claim: an owner who has not logged in with the password gets none', async () => {
  await start()
  await one.db('usertwo.credentials').where({ user_id: 1 }).update({ password_hash: null })
  await linkBrowser(one).ask(OWNER.email).expect(202)
  expect(await mailedTokens(one, mail)).toEqual([])
})

test('two users who ask and log in at the same time each get their own account', async () => {
  await start()
  const people = [{ id: 1, email: OWNER.email }]
  for (let n = 0; n < 4; n++) {
    const email = `p${n}@example.com`
    people.push({ id: await linkUser(one, { email, password: ANN.password }), email })
  }
  await mailedTokens(one, mail)
  const browsers = people.map(() => linkBrowser(one))
  await Promise.all(people.map(({ email }, n) => browsers[n]!.ask(email).expect(202)))
  const tokens = new Map((await mailedLinks(one, mail)).map(({ to, token }) => [to, token]))
  const logins = await Promise.all(people.map(({ email }, n) => browsers[n]!.use(tokens.get(email)!)))
  for (const [n, { status, body }] of logins.entries()) {
    expect(status).toBe(200)
    expect((await me(body.access_token)).body.id).toBe(people[n]!.id)
  }
})

test('one address may ask five times a minute, whichever accounts it names, and use five links', async () => {
  await start()
  const from = (path: string, body: object) =>
    request(one.app).post(`/api/auth/login/link${path}`).set('X-Forwarded-For', '10.10.9.9').send(body)
  for (let n = 0; n < 5; n++) await from('', { email: `p${n}@example.com` }).expect(202)
  await from('', { email: 'p5@example.com' }).expect(429)
  for (let n = 0; n < 5; n++) await from('/confirm', { token: 'x' }).expect(400)
  await from('/confirm', { token: 'x' }).expect(429)
})

test('an account gets one mail a minute and at most eight a day; a browser it knows has a budget of its own', async () => {
  await start()
  const login = await linkBrowser(one).login(OWNER).expect(200)
  const [known] = /usertwo-device=[^;]+/.exec(String(login.headers['set-cookie']))!
  const mailedTo = async (cookie = '') => {
    await linkBrowser(one).ask(OWNER.email).set('Cookie', cookie).expect(202)
    return (await mailedTokens(one, mail)).length
  }
  expect([await mailedTo(), await mailedTo(), await mailedTo(known), await mailedTo(known)]).toEqual([
    1, 0, 1, 0,
  ])
  let total = 1
  for (let minutes = 20; minutes < 24 * 60; minutes += 20) {
    one.clock.move(20 * 60)
    total += await mailedTo()
  }
  expect(total).toBe(8)
  expect(await mailedTo(known)).toBe(1)
}, 60_000)

test('a login by a link is not recent: the password comes before what needs it', async () => {
  await start()
  const browser = linkBrowser(one)
  const { body } = await browser.use(await linkFor(one, mail, browser, OWNER.email)).expect(200)
  const headers = { Authorization: `Bearer ${body.access_token}` }
  const endOthers = (as: Record<string, string>) => request(one.app).delete('/api/auth/sessions').set(as)
  expect((await endOthers(headers).expect(403)).body.code).toBe('reauth_required')
  const again = await request(one.app)
    .post('/api/auth/reauth')
    .set(headers)
    .send({ password: OWNER.password })
    .expect(200)
  await endOthers({ Authorization: `Bearer ${again.body.access_token}` }).expect(204)
})

test('it goes on to a path of the app, which the browser keeps, and to no other', async () => {
  await start()
  const goesTo = async (next: unknown) => {
    one.clock.move(5 * 3_600)
    const browser = linkBrowser(one)
    const token = await (async () => {
      await browser.form('/auth/login/link', { email: OWNER.email, next }).expect(200)
      return (await mailedTokens(one, mail))[0]!
    })()
    const done = await browser.form('/auth/login/link/confirm', { token }).expect(303)
    return done.headers.location
  }
  expect(await goesTo('/page?at=1&b=ü')).toBe('/page?at=1&b=%C3%BC')
  for (const next of [
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/auth/logout',
    `/${'a'.repeat(1500)}`,
  ])
    expect(await goesTo(next)).toBe('/')
  // A cookie that was planted is checked as well.
  const browser = linkBrowser(one)
  one.clock.move(5 * 3_600)
  const answer = await browser.ask(OWNER.email).expect(202)
  const secret = /usertwo-link=([\w-]{43})/.exec(String(answer.headers['set-cookie']))![1]
  const [token] = await mailedTokens(one, mail)
  const evil = Buffer.from('//evil.example').toString('base64url')
  const done = await request(one.app)
    .post('/auth/login/link/confirm')
    .set('Cookie', `usertwo-link=${secret}.${evil}`)
    .type('form')
    .send({ token })
    .expect(303)
  expect(done.headers.location).toBe('/')
})

test('no other site has a link mailed by a visitor’s browser, or logs it in with a link of its own', async () => {
  await start()
  const cross = {
    Origin: 'https://evil.example',
    'Sec-Fetch-Site': 'cross-site',
    'X-Forwarded-For': nextAddress(),
  }
  for (const path of ['/auth/login/link', '/api/auth/login/link'])
    expect(
      (await request(one.app).post(path).set(cross).type('form').send({ email: OWNER.email })).status,
    ).toBe(403)
  const token = await asked(OWNER.email)
  // A form of another site posts a link of the attacker's account in the visitor's browser, whose cookie does not match it.
  const visitor = linkBrowser(one)
  await visitor.ask('visitor@example.com').expect(202)
  await visitor.form('/auth/login/link/confirm', { token }).set(cross).expect(400)
  expect(await one.db('usertwo.user_sessions')).toEqual([])
})

test('the login takes the place of the one that the browser holds', async () => {
  await start()
  await linkUser(one, ANN)
  await mailedTokens(one, mail)
  const browser = linkBrowser(one)
  const token = await linkFor(one, mail, browser, ANN.email)
  await browser.login(OWNER).expect(200)
  await browser.form('/auth/login/link/confirm', { token }).expect(303)
  expect((await browser.page('/api/auth/me')).body.email).toBe(ANN.email)
  expect(await one.db('usertwo.user_sessions').where({ user_id: 1 }).whereNotNull('revoked_at')).toHaveLength(
    1,
  )
})

test('a link of another kind logs in no user, and a link that logs in does nothing else', async () => {
  await start()
  const browser = linkBrowser(one)
  const token = await linkFor(one, mail, browser, OWNER.email)
  await request(one.app).post('/api/auth/verify-email').send({ token }).expect(400)
  await request(one.app)
    .post('/api/auth/password/reset')
    .send({ token, password: 'another long one' })
    .expect(400)
  await me(token).expect(401)
  await browser.use(await issueReset(one.db, 1, one.clock)).expect(400)
  await browser.use(token).expect(200)
})
