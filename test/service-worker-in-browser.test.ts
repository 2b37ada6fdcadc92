// An app with a service worker that caches its pages and its API, in Chromium by localhost.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import express from 'express'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { type Problem, sendProblem } from '../src/core/problem.js'
import { requireUser } from '../src/phases/6-isolation/requests/require-user.js'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'

const ANN = { email: 'ann@example.com', password: 'a long enough one' }
const SHELL = `<!doctype html><html lang="en"><head><title>Notes</title></head><body><main><h1>Notes</h1></main>
<script>navigator.serviceWorker.register('/sw.js'); fetch('/api/notes').then(async (answer) => { document.querySelector('h1').textContent = answer.ok ? await answer.text() : 'logged out' })</script></body></html>`
/** As many a template has it: everything is kept, and answered from what is kept. */
const CACHING = `self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
const keep = async (request, answer) => { if (answer.ok) await (await caches.open('all')).put(request, answer.clone()); return answer }
self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return
  const asked = event.request.mode === 'navigate' ? '/' : event.request
  event.respondWith(caches.match(asked).then((kept) => kept ?? fetch(event.request).then((answer) => keep(asked, answer))))
})`
/** With the lines of docs/how-to/adopt-an-app.md. */
const MENDED = `self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url)
  if (/^\\/(?:auth|api)(?:\\/|$)/.test(pathname)) return
  if (event.request.mode === 'navigate') event.respondWith(fetch(event.request).catch(() => caches.match('/')))
})`

let browser: Browser
let one: AuthApp
let server: Server
let url: string
let worker = CACHING
/** requests for rows that reached the app itself */
let asked = 0

beforeAll(async () => {
  browser = await launchBrowser()
  const app = express.Router()
  app.use((req, res, next) =>
    requireUser(one.kit)(req, res, (problem) =>
      problem ? sendProblem(req, res, problem as Problem) : next(),
    ),
  )
  app.get('/sw.js', (_req, res) => void res.type('js').set('Cache-Control', 'no-cache').send(worker))
  app.get('/api/notes', (_req, res) => {
    asked += 1
    res.type('text').send('a row of Ann')
  })
  app.get('/', (_req, res) => void res.send(SHELL))
  one = await authApp({
    dial: 6,
    config: { name: 'Notes', routes: { public: ['GET /health', 'GET /sw.js'] } } as never,
    behind: app,
  })
  const claim = { ...ANN, claim_code: CODE }
  await request(one.app).post('/api/auth/register').send(claim).expect(202)
  server = createServer(one.app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://localhost:${(server.address() as AddressInfo).port}`
}, 60_000)
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
  await one?.dispose()
})

let context: BrowserContext
let page: Page
beforeEach(async () => {
  worker = CACHING
  context = await browser.newContext({ baseURL: url })
  page = await context.newPage()
  page.setDefaultTimeout(20_000)
})
afterEach(() => context.close())

const heading = () => page.locator('h1').textContent()
const isControlled = () => page.evaluate('navigator.serviceWorker.controller !== null')
const registrations = () =>
  page.evaluate('navigator.serviceWorker.getRegistrations().then((all) => all.length)')

/** Logs in, with the worker that is served installed and everything in its cache. */
async function working() {
  await page.goto('/auth/login')
  await page.getByLabel('E-mail or user name').fill(ANN.email)
  await page.getByLabel('Password', { exact: true }).fill(ANN.password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL(`${url}/`)
  await expect.poll(isControlled).toBe(true)
  await page.goto('/')
  await expect.poll(heading).toBe('a row of Ann')
}

test('the shell of the cache hides the login, and the mended worker arrives without one', async () => {
  await working()
  await context.clearCookies()
  // What the docs warn of: the page of the login is not to be seen, and the row is.
  await page.goto('/auth/login')
  await expect.poll(heading).toBe('a row of Ann')
  worker = MENDED
  await page.evaluate('navigator.serviceWorker.ready.then((one) => one.update())')
  await expect
    .poll(async () => {
      await page.goto('/auth/login')
      return heading()
    })
    .toBe('Log in')
  await page.goto('/')
  expect(new URL(page.url()).pathname).toBe('/auth/login')
}, 60_000)

test('a logout ends the worker and what it kept, by plain http too', async () => {
  worker = MENDED.replace(
    "self.addEventListener('fetch'",
    `${CACHING.split('\n')[2]}\nself.addEventListener('fetch'`,
  )
  await working()
  await page.evaluate("caches.open('all').then((cache) => cache.put('/kept', new Response('a row of Ann')))")
  expect(await registrations()).toBe(1)
  await page.goto('/auth/logout')
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.waitForURL(`${url}/auth/login`)
  await expect.poll(registrations).toBe(0)
  expect(await page.evaluate('caches.keys()')).toEqual([])
}, 60_000)

test('a login keeps what the app has in the browser', async () => {
  await page.goto('/auth/login')
  await page.evaluate("localStorage.setItem('draft', 'not sent yet')")
  await working()
  expect(await page.evaluate("localStorage.getItem('draft')")).toBe('not sent yet')
}, 60_000)

test('the script of the worker alone is answered without a login, and no header opens a row', async () => {
  const before = asked
  await request(one.app).get('/sw.js').expect(200)
  await request(one.app).head('/sw.js').expect(200)
  await request(one.app).post('/sw.js').expect(401)
  const claimed = {
    'Service-Worker': 'script',
    'Sec-Fetch-Dest': 'serviceworker',
    'Sec-Fetch-Mode': 'same-origin',
  }
  for (const path of ['/api/notes', '/other.js', '/sw.js/../api/notes', '/sw.js/'])
    expect((await request(one.app).get(path).set(claimed)).status, path).toBe(401)
  expect(asked).toBe(before)
})
