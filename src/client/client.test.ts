// The client over a real wrapped app: bearer style, the default. Its browser is made of a cookie jar and a fake clock.
import axios from 'axios'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ANN, type BadgeApp, BOB, badgeApp } from '../../test/support/badge-app.js'
import { clients, type Opened, problem } from '../../test/support/client-on.js'
import { browserOn } from '../../test/support/tab.js'
import { axiosOptions } from './axios.js'
import type { Client } from './index.js'

let at: BadgeApp
beforeAll(async () => {
  at = await badgeApp({})
})
afterAll(() => at?.dispose())

const { openIn, stop } = clients()
afterEach(() => {
  stop()
  at.done.length = 0
})

const browse = () => browserOn(at.url)
const save = (client: Client, body = 'text') => client.fetch('/save', { method: 'POST', body })
const settled = () => new Promise((done) => setTimeout(done, 30))

test('logs in, sends the login along, and logs out', async () => {
  const browser = browse()
  const client = openIn(browser)
  expect(await client.user()).toBeNull()
  expect(browser.asked).toEqual(['GET /api/auth/config 200'])
  expect(await client.login(ANN)).toMatchObject({ id: 1, email: ANN.email })
  expect(await (await client.fetch('/rows')).json()).toEqual({ rows: 3 })
  expect((await save(client)).status).toBe(201)
  expect(at.done).toEqual([{ user: 1, path: '/save', body: 'text' }])
  const saved = browser.sent.find(({ path }) => path === 'POST /save')!.headers
  expect(saved.get('X-CSRF-Token')).toBe(browser.cookies.get('csrftoken')!.value)
  expect(saved.get('Authorization')).toBeNull()
  expect([...browser.storage]).toEqual([])
  await client.logout()
  expect(await client.user()).toBeNull()
  expect((await save(client)).status).toBe(401)
  expect(client.told).toEqual([`null → ${ANN.email}`, `${ANN.email} → null`])
})

test('the end of a login is reported once, whichever call meets it; no call is sent twice', async () => {
  const browser = browse()
  const client = openIn(browser)
  await client.login(ANN)
  await at.endLogins()
  browser.asked.length = 0
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => save(client)))
  expect(all.map(({ status }) => status)).toEqual(Array(5).fill(401))
  expect(browser.asked).toEqual(Array(5).fill('POST /save 401'))
  expect(client.told.slice(1)).toEqual([`expired: ${ANN.email}`])
  expect(await client.user()).toBeNull()
  // The same user is back, so nothing is cleared.
  await client.login(ANN)
  expect(client.told.slice(2)).toEqual([`${ANN.email} → ${ANN.email}`])
  expect((await save(client)).status).toBe(201)
  // It is also reported if the page does not know its user yet.
  await at.endLogins()
  const later = openIn(browser)
  expect(await later.user()).toBeNull()
  expect(later.told).toEqual(['expired: null'])
})

test('a refusal for another reason is not the end of a login', async () => {
  const browser = browse()
  const client = openIn(browser)
  await client.login(ANN)
  browser.instead.push(({ url }) => {
    if (url.endsWith('/own')) return Response.json({ detail: 'a key of the app' }, { status: 401 })
    if (url.endsWith('/away')) return problem(503, 'unavailable', { 'Retry-After': '3' })
    if (url.endsWith('/late')) return new TypeError('fetch failed')
    return undefined
  })
  expect((await client.fetch('/own')).status).toBe(401)
  expect((await client.fetch('/away')).status).toBe(503)
  await expect(client.fetch('/late')).rejects.toThrow('fetch failed')
  const change = { current_password: 'wrong wrong wrong', password: 'a long enough other one' }
  const refused = await client.fetch('/api/auth/password/change', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(change),
  })
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
    401,
    'invalid_credentials',
  ])
  expect(client.told).toEqual([`null → ${ANN.email}`])
})

test('a wrong password and too many of them are reported in the words of the server', async () => {
  const browser = browse()
  const client = openIn(browser)
  const wrong = { ...ANN, password: 'not the right one' }
  await expect(client.login(wrong)).rejects.toMatchObject({
    code: 'invalid_credentials',
    status: 401,
    message: 'E-mail or password is wrong.',
  })
  browser.instead.push(({ url }) =>
    url.endsWith('/login') ? problem(429, 'rate_limited', { 'Retry-After': '42' }) : undefined,
  )
  await expect(client.login(wrong)).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 42 })
  expect(client.told).toEqual([])
})

test('tabs hear of login and logout, and a cache is cleared only for another user', async () => {
  const browser = browse()
  let cleared = 0
  const cache = { clear: () => ++cleared }
  const [one, two] = [openIn(browser), openIn(browser, { cache })]
  await two.user()
  await one.login(ANN)
  await expect.poll(() => two.told).toEqual([`null → ${ANN.email}`])
  expect(cleared).toBe(0)
  await one.login(BOB)
  await expect.poll(() => two.told.slice(1)).toEqual([`${ANN.email} → ${BOB.email}`])
  expect(cleared).toBe(1)
  expect(await two.user()).toMatchObject({ email: BOB.email })
  await one.logout()
  await expect.poll(() => two.told.slice(2)).toEqual([`${BOB.email} → null`])
  expect(cleared).toBe(2)
  // The next login is reported again.
  await two.login(ANN)
  await expect.poll(async () => (await one.user())?.email).toBe(ANN.email)
})

test('a tab without messages finds out when the user returns to it, and by refusals', async () => {
  const browser = browse()
  const alone = { channel: () => null }
  const [one, two, three] = [1, 2, 3].map(() => openIn(browser, {}, alone)) as [Opened, Opened, Opened]
  await one.login(ANN)
  for (const client of [two, three]) expect((await client.user())?.email).toBe(ANN.email)
  await one.login(BOB)
  // The page's reads, too, were meant for Ann.
  expect([(await save(three)).status, at.done]).toEqual([409, []])
  await expect.poll(() => three.told.slice(1)).toEqual([`${ANN.email} → ${BOB.email}`])
  expect((await save(three)).status).toBe(201)
  two.tab.look()
  await expect.poll(() => two.told.slice(1)).toEqual([`${ANN.email} → ${BOB.email}`])
  await one.logout()
  two.tab.look()
  await expect.poll(() => two.told.slice(2)).toEqual([`expired: ${BOB.email}`])
})

test('nothing of the login goes to another origin', async () => {
  const browser = browse()
  const client = openIn(browser)
  await client.login(ANN)
  browser.instead.push(({ url }) => (url.startsWith('https://other.example/') ? new Response('') : undefined))
  for (const to of ['https://other.example/a', '//other.example/b', new Request('https://other.example/c')])
    await client.fetch(to instanceof Request ? to : to.replace(/^\/\//, 'https://'), { method: 'POST' })
  const away = browser.sent.filter(({ path }) => /^POST \/[abc]$/.test(path))
  expect(away).toHaveLength(3)
  for (const { headers } of away) {
    expect(headers.get('X-CSRF-Token')).toBeNull()
    expect(headers.get('Authorization')).toBeNull()
  }
})

test('a page of another origin has the token in memory, and asks for the proof', async () => {
  const browser = browse()
  const address = () => 'https://app.example.com/'
  const client = openIn(browser, { baseUrl: at.url }, { address, cookies: () => '' })
  await client.login(ANN)
  expect((await client.fetch('/rows')).status).toBe(200)
  const { headers } = browser.sent.at(-1)!
  expect(headers.get('Authorization')).toMatch(/^Bearer eyJ/)
  expect(headers.get('X-CSRF-Token')).toBeTruthy()
  expect(client.loginPage()).toBe(`${at.url}/auth/login?next=%2F`)
})

test('axios can use it as its transport, and otherwise behaves as usual', async () => {
  const browser = browse()
  const client = openIn(browser)
  await client.login(ANN)
  const http = axios.create({ baseURL: at.url, ...axiosOptions(client) })
  expect((await http.get('/rows', { params: { a: 1 } })).data).toEqual({ rows: 3 })
  expect((await http.post('/save', { a: 'json' })).status).toBe(201)
  expect(at.done.at(-1)).toMatchObject({ user: 1, body: '{"a":"json"}' })
  await at.endLogins()
  await expect(http.post('/save', {})).rejects.toMatchObject({ response: { status: 401 } })
  expect(client.told.at(-1)).toBe(`expired: ${ANN.email}`)
})

test('returns only to paths of its own origin', () => {
  const client = openIn(browse())
  for (const [given, to] of [
    ['/queue?a=1#b', '/queue?a=1#b'],
    [`${at.url}/queue`, '/queue'],
    ...[
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/.//evil.example',
      'javascript:alert(1)',
    ].map((evil) => [evil, '/']),
    ['\t//evil.example', '/'],
    [`${at.url}//evil.example`, '/'],
    ['http://', '/'],
    [null, '/'],
  ] as const)
    expect(client.returnTo(given)).toBe(to)
  expect(client.loginPage()).toBe('/auth/login?next=%2Fpage%3Fat%3D1')
})

test('learns the mode late from an unreachable server, and logs no user out in the meantime', async () => {
  const browser = browse()
  await openIn(browser).login(ANN)
  let isAway = true
  browser.instead.push(() => (isAway ? problem(503, 'unavailable') : undefined))
  const client = openIn(browser)
  await expect(client.user()).rejects.toMatchObject({ status: 503 })
  browser.asked.length = 0
  expect((await save(client)).status).toBe(503)
  // Not with each call: a recovering server must not be overloaded.
  expect(browser.asked).toEqual(['POST /save 503'])
  isAway = false
  await browser.move(2_000)
  expect((await client.user())?.email).toBe(ANN.email)
  expect(client.told).toEqual([`null → ${ANN.email}`])
})

test.each([
  [undefined, undefined, 201, []],
  ['true', '', 201, []],
  ['true', 'false', 201, []],
  ['', 'true', 201, [/COOKIE_REFRESH on; the server has no refresh/]],
  ['false', '', 201, []],
] as const)(
  'built with %s and %s, over a server in bearer style',
  async (userManagement, cookieRefresh, status, said) => {
    const browser = browse()
    await openIn(browser).login(ANN)
    const client = openIn(browser, { userManagement, cookieRefresh })
    const isOff = userManagement === 'false'
    expect((await client.user())?.email ?? null).toBe(isOff ? null : ANN.email)
    // Even if the page knows of no login, the browser sends the cookie.
    expect((await save(client)).status).toBe(status)
    expect(client.tab.warnings).toHaveLength(said.length)
    for (const [n, text] of said.entries()) expect(client.tab.warnings[n]).toMatch(text)
    if (!isOff) return
    await expect(client.login(ANN)).rejects.toThrow(/built with user management off/)
    await at.endLogins()
    await save(client)
    expect(client.tab.warnings).toEqual([expect.stringMatching(/The server asks for a login/)])
  },
)

test.each([
  [undefined, []],
  ['true', [/User management is not available at http:.*\/api\/auth: switch it on/]],
  ['false', []],
] as const)('built with %s, over a server without people', async (userManagement, said) => {
  const browser = browse()
  browser.instead.push(({ url }) =>
    url.includes('/api/auth/')
      ? Response.json({ detail: 'Not Found' }, { status: 404 })
      : Response.json({ rows: 3 }),
  )
  const client = openIn(browser, { userManagement })
  expect(await client.user()).toBeNull()
  expect((await client.fetch('/rows')).status).toBe(200)
  expect(client.tab.warnings).toHaveLength(said.length)
  for (const [n, text] of said.entries()) expect(client.tab.warnings[n]).toMatch(text)
  await expect(client.login(ANN)).rejects.toMatchObject({ code: 'user_management_off' })
  await client.logout()
  await settled()
  expect(client.told).toEqual([])
})
