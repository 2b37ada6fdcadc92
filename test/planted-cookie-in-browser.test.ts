// A host next to the app sets a refresh cookie for the whole domain, in a real browser and over https.
import { once } from 'node:events'
import { createServer as createTls, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { selfSigned } from '../lab/rehearsal/self-signed.js'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { ANN, type BadgeApp, BOB, badgeApp } from './support/badge-app.js'
import { overTls } from './support/over-tls.js'

const ENV = { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true', COOKIE_SECURE_DEFAULT: 'true' }

let browser: Browser
let at: BadgeApp
let front: Awaited<ReturnType<typeof overTls>>
let sibling: Server
let app: string
let planting: string

beforeAll(async () => {
  browser = await launchBrowser()
  at = await badgeApp({}, {}, ENV)
  front = await overTls(at.url)
  app = `https://app.usertwo.test:${new URL(front.url).port}`
  // It sends the visitor on to the app, as a link on it would.
  sibling = createTls(selfSigned, async (_req, res) => {
    const planted = `refresh_token=${await tokenOf(BOB)}; Domain=usertwo.test; Path=/api/auth; Secure; HttpOnly`
    res.writeHead(302, { 'Set-Cookie': planted, Location: `${app}/api/auth/continue?next=%2Fpage` }).end()
  }).listen(0, '127.0.0.1')
  await once(sibling, 'listening')
  planting = `https://evil.usertwo.test:${(sibling.address() as AddressInfo).port}`
}, 60_000)
afterAll(async () => {
  await browser?.close()
  sibling?.close()
  await front?.stop()
  await at?.dispose()
})

/** The refresh token of a login on the attacker's own machine. */
async function tokenOf(who: object): Promise<string> {
  const answer = await request(at.one.app).post('/api/auth/login').send(who).expect(200)
  const line = [answer.headers['set-cookie']].flat().find((one) => one!.startsWith('refresh_token='))!
  return line.slice('refresh_token='.length).split(';', 1)[0]!
}

let context: BrowserContext
let page: Page
beforeEach(async () => {
  context = await browser.newContext({ ignoreHTTPSErrors: true })
  page = await context.newPage()
  page.setDefaultTimeout(30_000)
})
afterEach(() => context.close())

const who = async () => {
  const tab = await context.newPage()
  const answer = await tab.goto(`${app}/api/auth/me`)
  const { email } = (await answer!.json()) as { email?: string }
  await tab.close()
  return email
}
const refreshCookies = async () => (await context.cookies()).filter(({ name }) => name === 'refresh_token')

test('a visitor who is not logged in is not logged in by it', async () => {
  await page.goto(planting)
  expect(new URL(page.url()).pathname).toBe('/auth/login')
  expect(await who()).toBe(undefined)
  expect(await refreshCookies()).toMatchObject([{ domain: '.usertwo.test' }])
}, 120_000)

test('a user who is logged in stays logged in as themselves, past the access token’s end too', async () => {
  await page.goto(`${app}/auth/login?next=%2Fpage`)
  await page.fill('[name=email]', ANN.email)
  await page.fill('[name=password]', ANN.password)
  await page.click('button[type=submit]:has-text("Log in")')
  await page.waitForURL(`${app}/page`)
  for (const seconds of [0, 901]) {
    at.one.clock.move(seconds)
    await page.goto(planting)
    expect(page.url()).toBe(`${app}/page`)
    expect(await who()).toBe(ANN.email)
  }
  const refreshed = await page.evaluate(async () => {
    const answer = await fetch('/api/auth/refresh', { method: 'POST' })
    return answer.status
  })
  expect([refreshed, await who()]).toEqual([200, ANN.email])
  // The planted one is still there, next to the own one.
  expect((await refreshCookies()).map(({ domain }) => domain).sort()).toEqual([
    '.usertwo.test',
    'app.usertwo.test',
  ])
}, 120_000)
