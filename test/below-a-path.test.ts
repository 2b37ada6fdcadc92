// The app at a path of its host, behind a proxy that takes the path away: nginx, and Chromium.
import type { Browser, BrowserContext, Page } from '@playwright/test'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { parseSettings } from '../src/config/settings.js'
import { authApp, CODE } from './support/auth-app.js'
import { ANN, type BadgeApp, badgeApp } from './support/badge-app.js'
import { hasNginx, startNginx } from './support/nginx.js'

const installed = hasNginx()
if (!installed && process.env.CI) throw new Error('nginx is missing: apt-get install nginx')
if (!installed) console.warn('NOT TESTED: no app was used through nginx, which is not installed here.')

/** Where its port is another one, no address is compared with it. */
const PUBLIC = 'https://localhost/notes'
const ENV = { PUBLIC_URL: `${PUBLIC}/`, TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' }

let at: BadgeApp
beforeAll(async () => {
  at = await badgeApp({ badge: true }, {}, { ...ENV, COOKIE_SECURE_DEFAULT: 'true' })
}, 60_000)
afterAll(() => at?.dispose())

const navigation = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
/** As it arrives behind the proxy. */
const get = (path: string) => request(at.one.app).get(path).set(navigation).redirects(0)
/** What a page sends a browser to. */
const addressesIn = (html: string) =>
  [...html.matchAll(/\b(?:href|src|action)="([^"#][^"]*)"/g)].map(([, to]) => to!)

test('a visitor is sent to the login below the path, and back below it', async () => {
  const { headers } = await get('/page?of=1').expect(302)
  expect(headers.location).toBe(`/notes/api/auth/continue?next=${encodeURIComponent('/notes/page?of=1')}`)
  const login = await get('/api/auth/continue?next=%2Fnotes%2Fpage').expect(302)
  expect(login.headers.location).toBe('/notes/auth/login?next=%2Fnotes%2Fpage')
})

test.each(['login', 'register', 'logout'])('every address of the page %s is below the path', async (page) => {
  const { text } = await get(`/auth/${page}?next=%2Fnotes%2Fpage`).expect(200)
  const found = addressesIn(text)
  expect(found.length).toBeGreaterThan(2)
  expect(found.filter((to) => !to.startsWith('/notes/'))).toEqual([])
})

test('a login’s cookies belong to the path, and their names claim no more', async () => {
  const answer = await request(at.one.app).post('/api/auth/login').send(ANN).expect(200)
  const set = [answer.headers['set-cookie']].flat() as string[]
  expect(set.map((one) => one.replace(/^([^=]*)=.*; Path=([^;]*).*/, '$1 $2')).sort()).toEqual([
    '__Secure-usertwo /notes',
    '__Secure-usertwo-device /notes',
    'csrftoken /notes',
    'refresh_token /notes/api/auth',
  ])
})

test('the client learns where the pages are, and the well-known address leads there', async () => {
  const { body } = await request(at.one.app).get('/api/auth/config').expect(200)
  expect(body.pages).toBe('/notes/auth')
  const known = await get('/.well-known/change-password').expect(302)
  expect(known.headers.location).toBe('/notes/auth/account')
})

test('a form that is sent after the login has ended is kept, and its page is below the path', async () => {
  const from = { ...navigation, Origin: 'https://localhost', Host: 'localhost', 'X-Forwarded-Proto': 'https' }
  const { text } = await request(at.one.app)
    .post('/save?from=page')
    .set({ ...from, 'Sec-Fetch-Site': 'same-origin' })
    .type('form')
    .send({ note: 'a thought' })
    .expect(401)
  expect(addressesIn(text).filter((to) => !to.startsWith('/notes/'))).toEqual([])
})

test('links that are handed on begin with the whole address', async () => {
  const { headers } = await request(at.one.app).post('/api/auth/login').send(ANN).expect(200)
  const cookies = [headers['set-cookie']].flat().map((one) => one!.split(';', 1)[0])
  const { text } = await request(at.one.app)
    .post('/auth/admin/reset-link')
    .set({ Cookie: cookies.join('; '), Origin: 'https://localhost', Host: 'localhost' })
    .set('X-Forwarded-Proto', 'https')
    .type('form')
    .send({
      who: 'bob@example.com',
      password: ANN.password,
      _csrf: cookies.find((one) => one!.startsWith('csrftoken='))!.slice(10),
    })
  expect(/https:\/\/[^"< ]*/.exec(text)?.[0]).toMatch(/^https:\/\/localhost\/notes\/auth\/reset\?token=/)
})

test('the page that asks for the password again sends it below the path', async () => {
  const one = await authApp({ dial: 5, open: true, env: { PUBLIC_URL: PUBLIC } })
  try {
    await request(one.app)
      .post('/api/auth/register')
      .send({ ...ANN, claim_code: CODE })
      .expect(202)
    const { headers } = await request(one.app).post('/api/auth/login').send(ANN).expect(200)
    const Cookie = [headers['set-cookie']].flat().map((line) => line!.split(';', 1)[0]!)
    one.clock.move(16 * 60)
    for (const path of ['/auth/sessions/end-others', '/auth/admin/invite', '/auth/admin/reset-link']) {
      const { text } = await request(one.app)
        .post(`${path}?from=page`)
        .set({ Cookie, Origin: 'https://localhost', Host: 'localhost', 'Sec-Fetch-Site': 'same-origin' })
        .type('form')
        .send({ who: 'bob@example.com', email: 'bob@example.com' })
      expect(text).toContain('name="password"')
      expect(addressesIn(text)).toContain(`/notes${path}`)
      expect(addressesIn(text).filter((to) => !to.startsWith('/notes/'))).toEqual([])
    }
  } finally {
    await one.dispose()
  }
})

test('where the proxy leaves the path on, the answer says so, and no browser is sent round in circles', async () => {
  const { body } = await get('/notes/auth/login?next=%2Fnotes%2Fpage').expect(503)
  expect(body.detail).toContain('the proxy in front does not take it away')
})

test.each([
  ['https://example.com/notes/', 'https://example.com/notes'],
  ['https://example.com/a/b-c', 'https://example.com/a/b-c'],
  ['https://example.com', 'https://example.com'],
  ['https://example.com/?next=1', 'https://example.com'],
])('PUBLIC_URL=%s is read as %s', (given, read) => {
  expect(parseSettings({ ENVIRONMENT: 'test', PUBLIC_URL: given }).PUBLIC_URL).toBe(read)
})

test.each(['https://example.com/a;b', 'https://example.com/a%20b', 'https://example.com/a//b'])(
  'PUBLIC_URL=%s is refused',
  (given) => {
    expect(() => parseSettings({ ENVIRONMENT: 'test', PUBLIC_URL: given })).toThrow('PUBLIC_URL')
  },
)

describe.skipIf(!installed)('behind nginx, in Chromium', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let front: Awaited<ReturnType<typeof startNginx>>
  beforeAll(async () => {
    browser = await launchBrowser()
    front = await startNginx(at.url.replace('localhost', '127.0.0.1'), '/notes')
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await front?.stop()
  })
  beforeEach(async () => {
    context = await browser.newContext({ ignoreHTTPSErrors: true })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
  })
  afterEach(() => context.close())

  async function logIn() {
    await page.goto(`${front.url}/notes/page`)
    await page.getByLabel('E-mail or user name').fill(ANN.email)
    await page.getByLabel('Password', { exact: true }).fill(ANN.password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL(`${front.url}/notes/page`)
  }

  test('a user logs in, opens their account from the badge, and logs out', async () => {
    await logIn()
    await page.locator('#usertwo-badge summary').click()
    await page.locator('#usertwo-badge a').first().click()
    await page.waitForURL(`${front.url}/notes/auth/account`)
    const style = await page
      .locator('link[rel=stylesheet]')
      .evaluate((link) => 'sheet' in link && link.sheet !== null)
    expect(style).toBe(true)
    await page.getByRole('link', { name: 'Log out' }).first().click()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.waitForURL(`${front.url}/notes/auth/login`)
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['__Secure-usertwo-device'])
    await page.goto(`${front.url}/notes/page`)
    expect(new URL(page.url()).pathname).toBe('/notes/auth/login')
  }, 60_000)

  test('a login whose access token has ended continues, and nothing else of the host gets its cookies', async () => {
    await logIn()
    await context.clearCookies({ name: '__Secure-usertwo' })
    await page.goto(`${front.url}/notes/page`)
    expect(new URL(page.url()).pathname).toBe('/notes/page')
    expect(await context.cookies(`${front.url}/other`)).toEqual([])
  }, 60_000)
})
