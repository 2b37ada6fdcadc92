import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import express from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../../../../proof/gate/app/browser.js'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { createUser } from '../../4-auth/registration/create-user.js'

const ANN = { email: 'ann@example.com', password: 'a long enough one' }
const BOB = { email: 'bob@example.com', password: 'another long one' }
const HEAD = '<!doctype html><html lang="en"><head>'
const REST =
  '<title>é</title></head><body><form method="post" action="/save"><textarea name="text"></textarea><button>Save</button></form><button id="call" type="button">Call</button></body></html>'
const PAGE = HEAD + REST

let one: AuthApp
let cookie: string
const saved: unknown[] = []

const folder = mkdtempSync(join(tmpdir(), 'badge-'))
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(async () => {
  writeFileSync(join(folder, 'file.html'), PAGE)
  const app = express.Router()
  app.get('/page', (_req, res) => void res.send(PAGE))
  app.use('/static', express.static(folder))
  app.get(
    '/packed',
    (_req, res) =>
      void res.set({ 'Content-Encoding': 'gzip', 'Content-Type': 'text/html' }).send(gzipSync(PAGE)),
  )
  app.get('/stream', (_req, res) => {
    res.type('html').write(HEAD)
    setTimeout(() => res.end(REST), 20)
  })
  app.get('/late', (_req, res) => {
    res.type('html').write('<!-- ')
    res.end(`-->${PAGE}`)
  })
  app.get('/piece', (_req, res) => void res.send('<li>one</li><head>'))
  app.get('/wrong', (_req, res) => void res.status(404).send(PAGE))
  app.get(
    '/by-hand',
    (_req, res) =>
      void res
        .writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': Buffer.byteLength(PAGE) })
        .end(PAGE),
  )
  app.get(
    '/wide',
    (_req, res) => void res.type('text/html; charset=utf-16le').end(Buffer.from(PAGE, 'utf16le')),
  )
  app.get('/text', (_req, res) => void res.type('text').send(PAGE))
  app.get('/latin', (_req, res) => void res.type('text/html; charset=iso-8859-1').end(PAGE, 'latin1'))
  app.get('/none', (_req, res) => void res.status(204).end())
  app.post('/save', express.urlencoded(), (req, res) => {
    saved.push((req.body as { text: string }).text)
    res.redirect(303, '/page')
  })
  app.get('/refused', (_req, res) => void res.status(401).json({}))
  app.get('/call', (_req, res) => void res.json({ called: true }))
  one = await authApp({ dial: 6, config: { auth: { badge: true } } as never, behind: app })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...ANN, claim_code: CODE })
    .expect(202)
  await createUser(one.db, one.kit.config, BOB)
  const { headers } = await request(one.app).post('/api/auth/login').send(ANN).expect(200)
  cookie = (headers['set-cookie'] as unknown as string[]).map((line) => line.split(';', 1)[0]!).join('; ')
}, 60_000)
afterAll(() => one?.dispose())

const TAG =
  '<script src="/auth/badge.js" defer data-api="/api/auth" data-pages="/auth" data-cookie="csrftoken"></script>'
const WITH = HEAD + TAG + REST
const get = (path: string, headers: Record<string, string> = {}, method: 'get' | 'head' = 'get') =>
  request(one.app)
    [method](path)
    .set({ Cookie: cookie, Accept: 'text/html', ...headers })

describe('auth.badge', () => {
  test.each(['/page', '/stream', '/static/file.html'])(
    'puts one script into %s, and adjusts the length',
    async (path) => {
      const { text, headers } = await get(path).expect(200)
      expect(text).toBe(WITH)
      if (path !== '/stream') expect(Number(headers['content-length'])).toBe(Buffer.byteLength(WITH))
      expect(headers['accept-ranges']).toBeUndefined()
    },
  )

  test('leaves alone what is compressed, late, partial, an error, in another encoding, or has its length sent already', async () => {
    expect((await get('/packed')).text).toBe(PAGE)
    expect((await get('/late')).text).toBe(`<!-- -->${PAGE}`)
    for (const path of ['/wrong', '/by-hand', '/text'])
      expect([path, (await get(path)).text]).toEqual([path, PAGE])
    expect((await get('/piece')).text).toBe('<li>one</li><head>')
    const wide = await get('/wide')
      .buffer(true)
      .parse((res, done) => {
        const got: Buffer[] = []
        res.on('data', (chunk: Buffer) => got.push(chunk)).on('end', () => done(null, Buffer.concat(got)))
      })
    expect(wide.body).toEqual(Buffer.from(PAGE, 'utf16le'))
    expect((await get('/none')).status).toBe(204)
    for (const path of ['/page', '/static/file.html'])
      expect((await get(path, { Accept: '*/*' })).text).toBe(PAGE)
  })

  test('is the page in its own encoding', async () => {
    const { body } = await get('/latin')
      .buffer(true)
      .parse((res, done) => {
        const got: Buffer[] = []
        res.on('data', (chunk: Buffer) => got.push(chunk)).on('end', () => done(null, Buffer.concat(got)))
      })
    expect(body.toString('latin1')).toBe(WITH)
  })

  test('keeps validators, parts and HEAD right', async () => {
    const plain = await get('/static/file.html', { Accept: '*/*' })
    const { headers } = await get('/static/file.html')
    expect(headers.etag).toBe(plain.headers.etag!.replace(/^(W\/)?/, 'W/'))
    const again = await get('/static/file.html', { 'If-None-Match': headers.etag! })
    expect([again.status, again.headers.etag]).toEqual([304, headers.etag])
    const part = await get('/static/file.html', { Range: 'bytes=0-9' })
    expect([part.status, part.text]).toEqual([206, PAGE.slice(0, 10)])
    for (const path of ['/page', '/static/file.html']) {
      const head = await get(path, {}, 'head')
      expect([head.status, head.headers['content-length']]).toEqual([200, undefined])
    }
  })

  test('is off by default, and then adds nothing', async () => {
    const off = await authApp({ dial: 5, url: one.url, behind: (_req, res) => void res.send(PAGE) })
    const { text } = await request(off.app).get('/page').set({ Cookie: cookie, Accept: 'text/html' })
    expect(text).toBe(PAGE)
    expect((await request(off.app).get('/auth/badge.js').set('Cookie', cookie)).text).toBe(PAGE)
    await off.dispose()
  })
})

test('in a browser two tabs may be two users: what one typed does not reach the other', async () => {
  const server = createServer(one.app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext({
      baseURL: url,
      extraHTTPHeaders: { 'X-Forwarded-For': '10.1.1.1' },
    })
    const login = async (
      page: Awaited<ReturnType<typeof context.newPage>>,
      { email, password }: typeof ANN,
    ) => {
      await page.goto('/auth/login?next=%2Fpage')
      await page.fill('[name=email]', email)
      await page.fill('[name=password]', password)
      await page.click('button[type=submit]:has-text("Log in")')
      await page.waitForURL(/\/page$/)
    }
    const tab = await context.newPage()
    await login(tab, ANN)
    await tab.locator('#usertwo-badge summary').waitFor()
    expect(await tab.getByText('default_user').count()).toBe(1)
    await tab.fill('textarea', 'by Ann')
    await tab.click('button:has-text("Save")')
    await tab.waitForURL(/\/page$/)
    await expect.poll(() => saved).toEqual(['by Ann'])
    await tab.locator('#usertwo-badge summary').waitFor()
    await tab.fill('textarea', 'by Ann again')

    const call = (path: string) => tab.evaluate((at) => fetch(at).then(({ status }) => status), path)
    const calledOldly = () =>
      tab.evaluate(`new Promise((done) => {
        const old = new XMLHttpRequest()
        old.open('GET', '/call')
        old.onload = () => done(old.status)
        old.send()
      })`)
    expect([await call('/call'), await calledOldly()]).toEqual([200, 200])
    // A refusal for a reason of the app's own is not the end of the login.
    const asked = tab.waitForResponse(/\/api\/auth\/me$/)
    expect(await call('/refused')).toBe(401)
    await (await asked).finished()
    expect(await tab.getByRole('alert').count()).toBe(0)
    await context.clearCookies()
    expect(await call('/refused')).toBe(401)
    await tab.getByText('Your login has ended.').waitFor()

    // In another tab another user logs in; what Ann's tab sends then is Ann's, and is not done.
    const others = await context.newPage()
    await others.goto('/auth/login')
    await others.fill('[name=email]', BOB.email)
    await others.fill('[name=password]', BOB.password)
    await others.click('button[type=submit]:has-text("Log in")')
    await others.waitForURL((at) => at.pathname === '/')
    expect([await call('/call'), await calledOldly()]).toEqual([409, 409])
    await tab.getByText('Another user is logged in here now.').waitFor()
    // Said again, it stays shown.
    expect(await call('/call')).toBe(409)
    await tab.waitForTimeout(300)
    expect(await tab.getByText('Another user is logged in here now.').isVisible()).toBe(true)
    expect(await tab.inputValue('textarea')).toBe('by Ann again')
    await tab.click('button:has-text("Save")')
    await tab.getByRole('heading', { name: 'Another user is logged in' }).waitFor()
    expect(saved).toEqual(['by Ann'])
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
  }
}, 60_000)
