// The client's one tag in a real browser, on pages with a policy, over a server that keeps the refresh token in a cookie.
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { leftBy, refusedIn, TOKEN } from '../e2e/kept-nowhere.js'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { ANN, type BadgeApp, BOB, badgeApp } from './support/badge-app.js'

const ENV = { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' }

let browser: Browser
let at: BadgeApp
beforeAll(async () => {
  browser = await launchBrowser()
  at = await badgeApp({}, {}, ENV)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await at?.dispose()
})

let context: BrowserContext
let asked: string[]
const refused: string[][] = []
beforeEach(async () => {
  context = await browser.newContext({ baseURL: at.url })
  asked = []
  at.done.length = 0
  context.on('response', (answer) => {
    const line = `${answer.request().method()} ${new URL(answer.url()).pathname} ${answer.status()}`
    asked.push(line)
  })
})
afterEach(async () => {
  for (const page of context.pages()) expect(await leftBy(page)).not.toMatch(TOKEN)
  expect(refused.splice(0).flat()).toEqual([])
  await context.close()
})

const TOLD = `window.told = []
usertwo.on('change', ({ user, former }) => told.push((former?.email ?? null) + ' → ' + (user?.email ?? null)))
usertwo.on('expired', (former) => told.push('expired: ' + (former?.email ?? null)))
usertwo.user().catch(() => {}).then(() => { window.isThere = true })`

/** A tab with the page of the client. */
async function tab(): Promise<Page> {
  const page = await context.newPage()
  refused.push(refusedIn(page))
  page.setDefaultTimeout(10_000)
  await page.goto('/client')
  await page.evaluate(TOLD)
  await page.waitForFunction('window.isThere')
  return page
}
async function tabs(count: number): Promise<Page[]> {
  const first = await context.newPage()
  await first.goto('/auth/login?next=%2Fclient')
  await first.fill('[name=email]', ANN.email)
  await first.fill('[name=password]', ANN.password)
  await first.click('button[type=submit]:has-text("Log in")')
  await first.waitForURL(`${at.url}/client`)
  await first.close()
  const all: Page[] = []
  while (all.length < count) all.push(await tab())
  return all
}
const told = (page: Page) => page.evaluate<string[]>('told')
const logIn = (page: Page, who: typeof ANN) =>
  page.evaluate(`usertwo.login(${JSON.stringify(who)}).then(({ email }) => email, ({ code }) => code)`)
const save = (page: Page, times = 1) =>
  page.evaluate<number[]>(
    `Promise.all(Array.from({ length: ${times} }, (_, n) => usertwo.fetch('/save', { method: 'POST', body: 'text ' + n }).then(({ status }) => status)))`,
  )
const sleep = () => {
  at.one.clock.move(901)
  asked.length = 0
}
const refreshes = () => asked.filter((line) => line.startsWith('POST /api/auth/refresh'))

test('five calls at once that meet a token that is too old are one refresh, each sent once more', async () => {
  const [page] = (await tabs(1)) as [Page]
  sleep()
  expect(await save(page, 5)).toEqual(Array(5).fill(201))
  expect(refreshes()).toEqual(['POST /api/auth/refresh 200'])
  expect(asked.filter((line) => line === 'POST /save 401')).toHaveLength(5)
  expect(at.done.map(({ body }) => body).sort()).toEqual([0, 1, 2, 3, 4].map((n) => `text ${n}`))
  expect(await told(page)).toEqual([`null → ${ANN.email}`])
})

test('three tabs that wake after a sleep send one refresh, and no tab is logged out', async () => {
  const all = await tabs(3)
  sleep()
  expect(await Promise.all(all.map((page) => save(page)))).toEqual([[201], [201], [201]])
  expect(refreshes()).toEqual(['POST /api/auth/refresh 200'])
  for (const page of all) expect(await told(page)).toEqual([`null → ${ANN.email}`])
})

test('login and logout are the same in every tab', async () => {
  const [one, two] = (await tabs(2)) as [Page, Page]
  expect(await logIn(one, BOB)).toBe(BOB.email)
  await expect.poll(() => told(two)).toEqual([`null → ${ANN.email}`, `${ANN.email} → ${BOB.email}`])
  expect(await save(two)).toEqual([201])
  expect(at.done.at(-1)?.user).toBe(2)
  await two.evaluate('usertwo.logout()')
  await expect.poll(async () => (await told(one)).at(-1)).toBe(`${BOB.email} → null`)
  expect(await save(one)).toEqual([401])
  expect(await context.cookies()).toEqual([expect.objectContaining({ name: 'usertwo-device' })])
})

test('a login that ended elsewhere is announced, and typed text is still there after the next login', async () => {
  const [page] = (await tabs(1)) as [Page]
  await page.getByLabel('Note').fill('typed')
  await at.endLogins()
  expect(await save(page, 5)).toEqual(Array(5).fill(401))
  expect((await told(page)).slice(1)).toEqual([`expired: ${ANN.email}`])
  expect(await logIn(page, { ...ANN, password: 'not the right one' })).toBe('invalid_credentials')
  expect(await logIn(page, ANN)).toBe(ANN.email)
  expect((await told(page)).slice(2)).toEqual([`${ANN.email} → ${ANN.email}`])
  expect(await page.getByLabel('Note').inputValue()).toBe('typed')
  expect(await save(page)).toEqual([201])
})

test('a token that is left would be seen', async () => {
  const [page] = (await tabs(1)) as [Page]
  await page.evaluate("localStorage.setItem('kept', 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl')")
  expect(await leftBy(page)).toMatch(TOKEN)
  await page.evaluate('localStorage.clear()')
  await page.evaluate("setTimeout('1')").catch(() => {})
  await expect.poll(() => refused.flat().length).toBeGreaterThan(0)
  refused.length = 0
})

test('a page that is opened after a sleep goes on, with what it asks next', async () => {
  const [page] = (await tabs(1)) as [Page]
  sleep()
  await page.reload()
  expect(new URL(page.url()).pathname).toBe('/client')
  expect(await save(page)).toEqual([201])
  expect(page.url()).toBe(`${at.url}/client`)
})

test('the cookies are as they are meant to be, and none is enough to write', async () => {
  const [page] = (await tabs(1)) as [Page]
  const cookies = (await context.cookies([`${at.url}/api/auth/me`])).map(
    ({ name, path, httpOnly, sameSite }) => `${name} ${path} ${httpOnly} ${sameSite}`,
  )
  expect(cookies.sort()).toEqual([
    'csrftoken / false Lax',
    'refresh_token /api/auth true Lax',
    'usertwo / true Lax',
    'usertwo-device / true Lax',
  ])
  const plain = (path: string) =>
    page.evaluate<number>(`fetch('${path}', { method: 'POST' }).then(({ status }) => status)`)
  expect(await plain('/api/auth/logout')).toBe(403)
  expect(await page.evaluate('usertwo.user().then(({ email }) => email)')).toBe(ANN.email)
  const other = await context.newPage()
  await other.route('http://other.example/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Other</title>' }),
  )
  await other.goto('http://other.example/')
  asked.length = 0
  await other.evaluate(
    `fetch('${at.url}/api/auth/refresh', { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => {})`,
  )
  expect(refreshes()).not.toContain('POST /api/auth/refresh 200')
  await other.close()
  expect(await save(page)).toEqual([201])
})
