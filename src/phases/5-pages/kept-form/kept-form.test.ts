import { createHmac, hkdfSync } from 'node:crypto'
import { request as raw } from 'node:http'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authApp, SECRET } from '../../../../test/support/auth-app.js'
import { ANN, type BadgeApp, BOB, badgeApp } from '../../../../test/support/badge-app.js'
import { csrfTokens } from '../../4-auth/sessions/cookies/csrf-token.js'
import { isSecret } from './form-fields.js'
import { mayBeSent } from './may-be-sent.js'

const PAGE = { Accept: 'text/html,*/*;q=0.8', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' }
const FIELDS = { note: 'a "quoted" <b>note</b>\r\nof two lines', tag: 'é' }
let at: BadgeApp
let ended: { cookie: string; csrf: string }

beforeAll(async () => {
  at = await badgeApp()
  ended = await login(ANN)
  await at.endLogins()
}, 60_000)
afterAll(() => at?.dispose())
beforeEach(() => {
  at.done.length = 0
})

async function login(who: typeof ANN): Promise<{ cookie: string; csrf: string }> {
  const { headers } = await request(at.one.app).post('/api/auth/login').send(who).expect(200)
  const pairs = (headers['set-cookie'] as unknown as string[]).map((line) => line.split(';', 1)[0]!)
  return {
    cookie: pairs.join('; '),
    csrf: pairs.find((one) => one.startsWith('csrftoken='))!.split('=')[1]!,
  }
}
const send = (fields: object | string, headers: Record<string, string> = {}, path = '/save?from=page') =>
  request(at.one.app)
    .post(path)
    .type('form')
    .set({ Cookie: ended.cookie, ...PAGE, ...headers })
    .send(fields)
const keptIn = (text: string) => /name="kept" value="([^"]+)"/.exec(text)?.[1]
const goOn = (kept: string | undefined, who = ANN, headers: Record<string, string> = {}) =>
  request(at.one.app)
    .post('/auth/kept')
    .set({ ...PAGE, ...headers })
    .type('form')
    .send({ ...who, kept })
/** A form signed as usertwo signs it. */
function signed(change: object, secret = SECRET): string {
  const form = {
    user: '1',
    path: '/save',
    enctype: 'application/x-www-form-urlencoded',
    fields: [],
    dropped: [],
  }
  const seconds = Math.floor(at.one.clock.now().getTime() / 1000)
  const text = Buffer.from(JSON.stringify({ ...form, at: seconds, ...change })).toString('base64url')
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'usertwo kept form', 32))
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

describe('a form of a login that has ended', () => {
  test('is kept, and is returned to the same user with a token of the new login', async () => {
    const first = await send({ ...FIELDS, password: 'a secret', 'user[api_key]': 'another' }).expect(401)
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    expect(first.text).toContain('Not kept, as it may be a secret: password, user[api_key]')
    const [text] = keptIn(first.text)!.split('.')
    expect(Buffer.from(text!, 'base64url').toString()).not.toMatch(/a secret|another/)
    const wrong = await goOn(keptIn(first.text), { ...ANN, password: 'not the right one' }).expect(401)
    expect(wrong.text).toContain('<title>Error: Your login has ended')
    expect(keptIn(wrong.text)).toBe(keptIn(first.text))
    const second = await goOn(keptIn(wrong.text)).expect(200)
    expect(second.text).toContain(
      '<form method="post" action="/save?from=page" enctype="application/x-www-form-urlencoded">',
    )
    expect(second.text).toContain('value="a &quot;quoted&quot; &lt;b&gt;note&lt;/b&gt;')
    expect(second.text).not.toContain('<b>note')
    const token = /name="_csrf" value="([^"]+)"/.exec(second.text)![1]!
    expect(csrfTokens(SECRET).forWhom(token)).toBe('1')
    expect(token).not.toBe(ended.csrf)
    expect(at.done).toEqual([])
  })

  test('is discarded if another user logs in', async () => {
    const { text } = await send(FIELDS).expect(401)
    const answer = await goOn(keptIn(text), BOB).expect(409)
    expect(answer.text).toContain('was thrown away')
    expect(answer.text).not.toContain('quoted')
    expect(answer.text).not.toContain('_csrf')
  })

  test('belongs to the user of its token, whichever cookie came with it', async () => {
    const bob = await login(BOB)
    await at.one.db('usertwo.user_sessions').where({ user_id: '2' }).update({ revoked_at: new Date() })
    const { text } = await send({ ...FIELDS, _csrf: ended.csrf }, { Cookie: bob.cookie }).expect(401)
    await goOn(keptIn(text), BOB).expect(409)
    await goOn(keptIn(text)).expect(200)
    const two = await send(`_csrf=${ended.csrf}&_csrf=${bob.csrf}`).expect(401)
    expect(two.type).toBe('application/problem+json')
    const without = await send({ ...FIELDS, _csrf: ended.csrf }, { Cookie: '' }).expect(401)
    await goOn(keptIn(without.text)).expect(200)
  })

  test('without a user, with a file, or too long, is not kept, and the page says so', async () => {
    const anonymous = await send(FIELDS, { Cookie: '' }).expect(401)
    const long = await send({ note: 'x'.repeat(65_600) }).expect(401)
    const many = await send('a&'.repeat(2_000)).expect(401)
    const letters = await send('note=%ff').expect(401)
    const file = await request(at.one.app)
      .post('/save')
      .set({ Cookie: ended.cookie, ...PAGE })
      .attach('file', Buffer.from('x'), 'x.txt')
      .expect(401)
    for (const { text } of [anonymous, long, many, letters, file]) {
      expect(text).toContain('What you typed was not saved, and cannot be kept here.')
      expect(keptIn(text)).toBeUndefined()
    }
  })

  test('in multipart encoding is kept, except for a file input that was left empty', async () => {
    const { text } = await request(at.one.app)
      .post('/save')
      .set({ Cookie: ended.cookie, ...PAGE, 'Content-Type': 'multipart/form-data; boundary=x' })
      .send(
        '--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nmine\r\n--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n',
      )
      .expect(401)
    const second = await goOn(keptIn(text)).expect(200)
    expect(second.text).toContain('enctype="multipart/form-data"')
    expect(second.text).toContain('name="note" value="mine"')
    expect(second.text).not.toContain('name="file"')
  })

  test('that did not come from a page is refused as before, and never done', async () => {
    const others: Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site', Origin: 'https://evil.localhost' },
      { 'Sec-Fetch-Site': 'none' },
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://app.example.com' },
      { 'Sec-Fetch-Mode': 'cors' },
      { Accept: '*/*' },
      { 'Content-Type': 'text/plain' },
    ]
    for (const headers of others) {
      const { type, body } = await send(`note=x&_csrf=${ended.csrf}`, headers).expect(401)
      expect([headers, type, body.code]).toEqual([
        headers,
        'application/problem+json',
        'authentication_required',
      ])
    }
    expect(at.done).toEqual([])
  })

  test('from a page that hides its origin is kept by its token alone', async () => {
    const hidden = { 'Sec-Fetch-Site': '', Origin: 'null' }
    const without = (fields: string) => {
      const { 'Sec-Fetch-Site': _site, ...rest } = PAGE
      return request(at.one.app)
        .post('/save')
        .set({ Cookie: ended.cookie, ...rest, Origin: hidden.Origin })
        .type('form')
        .send(fields)
    }
    expect((await without('note=x').expect(401)).type).toBe('application/problem+json')
    expect((await without('note=x&_csrf=made-up').expect(401)).type).toBe('application/problem+json')
    expect(keptIn((await without(`note=x&_csrf=${ended.csrf}`).expect(401)).text)).toBeDefined()
  })
})

describe('a kept form', () => {
  test('is signed, from today, and only for the app', async () => {
    await goOn(signed({})).expect(200)
    const { text: own } = await send(FIELDS)
    const [head, signature] = keptIn(own)!.split('.')
    const changed = Buffer.from(
      Buffer.from(head!, 'base64url').toString().replace('/save', '/sale'),
    ).toString('base64url')
    const bad = [
      `${changed}.${signature}`,
      `${head}.`,
      head,
      `${head}.${signature}.x`,
      signed({}, `${SECRET}x`),
      signed({ at: 1 }),
      signed({ path: '//evil.example/x' }),
      signed({ path: '/auth/account/password' }),
      signed({ path: 'https://evil.example/' }),
      signed({ fields: [['a', { b: 1 }]] }),
      signed({ enctype: 'text/plain' }),
      '',
      undefined,
    ]
    for (const one of bad) {
      const answer = await goOn(one).expect(400)
      expect(answer.headers['set-cookie'], one).toBeUndefined()
      expect(answer.text).not.toContain('Send what you typed')
    }
  })

  test('cannot be sent by another site: it is refused from there, even with a login', async () => {
    const sites = {
      'cross-site': 'https://evil.example',
      'same-site': 'https://evil.localhost',
      none: 'null',
    }
    for (const [site, origin] of Object.entries(sites))
      await goOn(signed({}), ANN, { 'Sec-Fetch-Site': site, Origin: origin }).expect(403)
  })

  test('goes nowhere else, however the URL is written', async () => {
    const { config } = at.one.kit
    const not = [
      '//evil.example',
      '/\\evil.example',
      'http://evil.example/',
      '/a/..//evil.example',
      '/auth/login',
      '/AUTH/login',
      '/%61uth/login',
      '/x/../auth/kept',
      '/api/auth/logout',
      '/api//auth/me',
      '*',
      '',
    ]
    for (const path of not) expect([path, mayBeSent(config, path)]).toEqual([path, false])
    for (const path of ['/', '/save?a=%2F%2Fx&b', '/author', '/api/authors/1'])
      expect([path, mayBeSent(config, path)]).toEqual([path, true])
    // As a proxy sends it, and with two slashes: the bytes as they were sent.
    const { port } = at.server.address() as { port: number }
    for (const path of ['http://evil.example/save', '//evil.example/save']) {
      const type = await new Promise((resolve, reject) => {
        const headers = { Cookie: ended.cookie, ...PAGE, 'Content-Type': 'application/x-www-form-urlencoded' }
        raw({ port, path, method: 'POST', headers }, (res) => resolve(res.resume().headers['content-type']))
          .on('error', reject)
          .end('note=x')
      })
      expect([path, type]).toEqual([path, 'application/problem+json; charset=utf-8'])
    }
  })
})

test('names of secrets are recognised in any part of a field name', () => {
  for (const name of [
    'password',
    'user[password]',
    'passwords[]',
    'a.0.secret',
    'newPassword',
    'api-key',
    'pin',
    'card_number',
    'invite_code',
    'password[0]',
    'token',
  ])
    expect([name, isSecret(name)]).toEqual([name, true])
  for (const name of [
    'note',
    'compass',
    'pinned',
    'csrf_token',
    'authenticity_token',
    'secretary',
    'tokens_left',
  ])
    expect([name, isSecret(name)]).toEqual([name, false])
})

test('at 5, and where the option is off, a form is refused as before, and never acts as the owner', async () => {
  for (const [dial, badge, type] of [
    [5, true, 'text/html'],
    [5, false, 'application/problem+json'],
    [6, false, 'application/problem+json'],
  ] as const) {
    const one = await authApp({ dial, url: at.one.url, config: { auth: { badge } } as never })
    const answer = await request(one.app)
      .post('/save')
      .set({ Cookie: ended.cookie, ...PAGE })
      .type('form')
      .send(FIELDS)
    expect([dial, badge, answer.status, answer.type]).toEqual([dial, badge, 401, type])
    expect(one.seen).toEqual([])
    await one.dispose()
  }
})
