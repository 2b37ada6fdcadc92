// The client over a real wrapped app that gives refresh tokens: in the answer, and in a cookie.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ANN, type BadgeApp, badgeApp } from '../../test/support/badge-app.js'
import { clients, type Opened, problem } from '../../test/support/client-on.js'
import { type Browser, browserOn } from '../../test/support/tab.js'
import type { Client } from './index.js'
import type { Channel } from './platform.js'

const MODES = {
  body: { TOKEN_STYLE: 'refresh' },
  cookie: { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' },
}
const ACCESS_SECONDS = 900

const { openIn, stop } = clients()
const save = (client: Client, body = 'text') => client.fetch('/save', { method: 'POST', body })
const count = (browser: Browser, line: string) => browser.asked.filter((one) => one.startsWith(line)).length
/** How often a login was refreshed successfully. */
const refreshes = (browser: Browser) => count(browser, 'POST /api/auth/refresh 200')

/** A channel of the browser whose messages arrive late. */
const lateChannel = (browser: Browser, ms: number) => (name: string) => {
  const channel = browser.tab().channel(name)!
  const late: Channel = { ...channel, onmessage: null }
  channel.onmessage = (event) => void setTimeout(() => late.onmessage?.(event), ms)
  return late
}

describe.each(Object.entries(MODES))('refresh tokens in the %s', (name, env) => {
  let at: BadgeApp
  beforeAll(async () => {
    at = await badgeApp({}, {}, env)
  })
  afterAll(() => at?.dispose())
  afterEach(() => {
    stop()
    at.done.length = 0
    browser.instead.length = 0
  })
  let browser: Browser

  /** Opens tabs of a logged-in user whose access token is too old by now. */
  async function asleep(tabs = 1): Promise<Opened[]> {
    browser = browserOn(at.url)
    const options = { persist: true }
    const first = openIn(browser, options)
    await first.login(ANN)
    const others = Array.from({ length: tabs - 1 }, () => openIn(browser, options))
    for (const other of others) expect((await waited(other.user(), 100))?.email).toBe(ANN.email)
    at.one.clock.move(ACCESS_SECONDS + 1)
    await browser.move((ACCESS_SECONDS + 1) * 1_000)
    browser.asked.length = 0
    browser.sent.length = 0
    return [first, ...others]
  }
  /** Moves the clock until the work is done, because waits depend on it. */
  async function waited<Result>(work: Promise<Result>, ms = 20_000): Promise<Result> {
    let isDone = false
    const over = () => {
      isDone = true
    }
    work.then(over, over)
    while (!isDone) await browser.move(ms)
    return work
  }

  test('five calls that meet a 401 at once are one refresh, and each is sent exactly once more', async () => {
    const [client] = (await asleep()) as [Opened]
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => save(client, `text ${n}`)))
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201))
    expect(at.done.map(({ body }) => body).sort()).toEqual([1, 2, 3, 4, 5].map((n) => `text ${n}`))
    expect(browser.asked.sort()).toEqual([
      'POST /api/auth/refresh 200',
      ...Array(5).fill('POST /save 201'),
      ...Array(5).fill('POST /save 401'),
    ])
    expect(client.told).toEqual([`null → ${ANN.email}`])
    expect((await save(client)).status).toBe(201)
    expect(refreshes(browser)).toBe(1)
  })

  test('three tabs that wake up together cause one refresh, and no user is logged out', async () => {
    const tabs = await asleep(3)
    const answers = await Promise.all(tabs.map((tab) => save(tab)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(refreshes(browser)).toBe(1)
    for (const tab of tabs) expect(tab.told.filter((line) => line.startsWith('expired'))).toEqual([])
    // The tokens that the others received are valid for them too.
    browser.asked.length = 0
    for (const tab of tabs) expect((await save(tab)).status).toBe(201)
    expect(browser.asked).toEqual(Array(3).fill('POST /save 201'))
  })

  test('a tab that reads its 401 before it receives the token of another tab waits for that token', async () => {
    browser = browserOn(at.url)
    const [fast, slow] = [{}, { channel: lateChannel(browser, 100) }].map((what) =>
      openIn(browser, { persist: true }, what),
    ) as [Opened, Opened]
    await fast.login(ANN)
    expect((await waited(slow.user(), 100))?.email).toBe(ANN.email)
    at.one.clock.move(ACCESS_SECONDS + 1)
    await browser.move((ACCESS_SECONDS + 1) * 1_000)
    browser.asked.length = 0
    browser.instead.push(async ({ url }) => {
      // Once, for the slow tab: the other one has refreshed when the answer arrives.
      if (!url.endsWith('/save') || browser.instead.length === 0) return undefined
      browser.instead.length = 0
      expect((await save(fast)).status).toBe(201)
      return problem(401, 'authentication_required')
    })
    expect((await save(slow)).status).toBe(201)
    expect(refreshes(browser)).toBe(1)
  })

  test('tabs that hear nothing refresh one after another', async () => {
    browser = browserOn(at.url)
    const alone = { channel: () => null }
    const tabs = [1, 2, 3].map(() => openIn(browser, { persist: true }, alone))
    await tabs[0]!.login(ANN)
    for (const tab of tabs) await tab.user()
    at.one.clock.move(ACCESS_SECONDS + 1)
    const answers = await Promise.all(tabs.map((tab) => save(tab)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(tabs.flatMap(({ told }) => told).filter((line) => line.startsWith('expired'))).toEqual([])
  })

  test('an unreachable server logs no user out: the refresh is tried three times, with waits, and then the call fails', async () => {
    const [client] = (await asleep()) as [Opened]
    const waits: number[] = []
    let isAway = true
    browser.instead.push(({ url }) => {
      if (!url.endsWith('/refresh') || !isAway) return undefined
      return problem(503, 'unavailable')
    })
    const all = Promise.all([save(client), save(client)])
    for (const ms of [500, 1_000]) {
      await expect.poll(() => browser.waits().filter((one) => one < 10_000)).toEqual([ms])
      waits.push(ms)
      await browser.move(ms)
    }
    expect((await all).map(({ status }) => status)).toEqual([503, 503])
    expect(count(browser, 'POST /api/auth/refresh')).toBe(3)
    expect(client.told).toEqual([`null → ${ANN.email}`])
    isAway = false
    expect((await save(client)).status).toBe(201)
  })

  test('half of each wait is drawn at random, so that tabs that failed together do not come back together', async () => {
    const [client] = (await asleep()) as [Opened]
    browser.instead.push(({ url }) => (url.endsWith('/refresh') ? problem(503, 'unavailable') : undefined))
    const saving = save(client)
    const waits = () => browser.waits().filter((one) => one < 10_000)
    browser.chance.next = 0.25
    await expect.poll(waits).toEqual([375])
    await browser.move(375)
    await expect.poll(waits).toEqual([750])
    browser.instead.length = 0
    await browser.move(750)
    expect((await saving).status).toBe(201)
  })

  test('nor does a silent server, or a lost network', async () => {
    const [client] = (await asleep()) as [Opened]
    browser.instead.push((request) => {
      if (!request.url.endsWith('/refresh')) return undefined
      return new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)),
      )
    })
    await expect(waited(save(client))).rejects.toThrow('The refresh took too long.')
    browser.instead[0] = ({ url }) => (url.endsWith('/refresh') ? new TypeError('fetch failed') : undefined)
    await expect(waited(save(client))).rejects.toThrow('fetch failed')
    browser.instead.length = 0
    expect(client.told).toEqual([`null → ${ANN.email}`])
    expect((await save(client)).status).toBe(201)
  })

  test('waits as long as the server says', async () => {
    const [client] = (await asleep()) as [Opened]
    browser.instead.push(({ url }) =>
      url.endsWith('/refresh') ? problem(429, 'rate_limited', { 'Retry-After': '7' }) : undefined,
    )
    const saving = save(client)
    await expect.poll(() => browser.waits().filter((one) => one < 10_000)).toEqual([7_000])
    browser.instead.length = 0
    await browser.move(7_000)
    expect((await saving).status).toBe(201)
  })

  test('the end of a login is reported once, and it is not refreshed again', async () => {
    const [client] = (await asleep()) as [Opened]
    await at.endLogins()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => save(client)))
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(401))
    expect(client.told.slice(1)).toEqual([`expired: ${ANN.email}`])
    expect(count(browser, 'POST /api/auth/refresh')).toBe(1)
    await save(client)
    expect(count(browser, 'POST /api/auth/refresh')).toBe(1)
    expect(await client.user()).toBeNull()
    await client.login(ANN)
    expect(client.told.slice(2)).toEqual([`${ANN.email} → ${ANN.email}`])
    expect((await save(client)).status).toBe(201)
  })

  test('a call that is refused again is not sent a third time', async () => {
    const [client] = (await asleep()) as [Opened]
    browser.instead.push(({ url }) =>
      url.endsWith('/save') ? problem(401, 'authentication_required') : undefined,
    )
    expect((await save(client)).status).toBe(401)
    expect(count(browser, 'POST /save')).toBe(2)
    expect(refreshes(browser)).toBe(1)
  })

  test('an aborted call does not wait', async () => {
    const [client] = (await asleep()) as [Opened]
    let go = () => {}
    browser.instead.push(async ({ url }) => {
      if (url.endsWith('/refresh')) await new Promise<void>((done) => Object.assign(handle, { go: done }))
      return undefined
    })
    const handle = { go }
    const stopped = new AbortController()
    const saving = client.fetch('/save', { method: 'POST', body: 'no', signal: stopped.signal })
    await expect.poll(() => handle.go !== go).toBe(true)
    stopped.abort()
    await expect(saving).rejects.toThrow(/abort/i)
    go = handle.go
    go()
    expect((await save(client)).status).toBe(201)
    expect(at.done.map(({ body }) => body)).toEqual(['text'])
  })

  test('logging out ends the login, also where its token is too old by then, and in every tab', async () => {
    const [client, other] = (await asleep(2)) as [Opened, Opened]
    const open = () => at.one.db('usertwo.user_sessions').whereNull('revoked_at').pluck('id')
    const before = await open()
    await client.logout()
    expect(await open()).toHaveLength(before.length - 1)
    await expect.poll(() => other.told.at(-1)).toBe(`${ANN.email} → null`)
    expect(await other.user()).toBeNull()
    expect([...browser.storage]).toEqual([])
    expect((await save(other)).status).toBe(401)
  })

  test('if the server no longer has refresh tokens, its mode is read again', async () => {
    const [client] = (await asleep()) as [Opened]
    browser.instead.push(({ url }) => (url.endsWith('/refresh') ? problem(404, 'not_found') : undefined))
    expect((await save(client)).status).toBe(401)
    expect(client.told.at(-1)).toBe(`expired: ${ANN.email}`)
    browser.asked.length = 0
    await save(client)
    expect(count(browser, 'GET /api/auth/config')).toBe(1)
  })

  test('an access token is never stored, and storing a refresh token is reported', async () => {
    const [client] = (await asleep()) as [Opened]
    await save(client)
    const kept = [...browser.storage]
    if (name === 'cookie') {
      expect(kept).toEqual([])
      expect(client.tab.warnings).toEqual([])
      return
    }
    expect(kept).toEqual([[`usertwo.refresh ${at.url}/api/auth`, expect.stringMatching(/^eyJ/)]])
    const header = JSON.parse(Buffer.from(kept[0]![1].split('.')[0]!, 'base64url').toString())
    expect(header.typ).toBe('rt+jwt')
    expect(client.tab.warnings).toEqual([expect.stringMatching(/kept in localStorage/)])
    // A page that is opened later is logged in by it.
    expect((await waited(openIn(browser, { persist: true }).user(), 100))?.email).toBe(ANN.email)
    // A page without `persist` deletes it.
    expect(await openIn(browser).user()).toBeNull()
    expect([...browser.storage]).toEqual([])
  })

  test('built for the other mode, it follows the server, and says so', async () => {
    browser = browserOn(at.url)
    const other = name === 'cookie' ? 'false' : 'true'
    const client = openIn(browser, { cookieRefresh: other })
    await client.login(ANN)
    at.one.clock.move(ACCESS_SECONDS + 1)
    expect((await save(client)).status).toBe(201)
    expect(refreshes(browser)).toBe(1)
    expect(client.tab.warnings).toEqual([
      expect.stringMatching(
        `COOKIE_REFRESH ${name === 'cookie' ? 'off' : 'on'}; .* in the ${name}, and that`,
      ),
    ])
  })
})

describe('a login of each tab, without persist', () => {
  let at: BadgeApp
  beforeAll(async () => {
    at = await badgeApp({}, {}, MODES.body)
  })
  afterAll(() => at?.dispose())
  afterEach(stop)

  test('belongs to that tab alone, and ends with every other', async () => {
    const browser = browserOn(at.url)
    const [one, two] = [openIn(browser), openIn(browser)]
    await one.login(ANN)
    await expect.poll(() => count(browser, 'GET /api/auth/me')).toBeGreaterThan(0)
    expect(await two.user()).toBeNull()
    await two.login(ANN)
    expect([...browser.storage]).toEqual([])
    at.one.clock.move(ACCESS_SECONDS + 1)
    expect([(await save(one)).status, (await save(two)).status]).toEqual([201, 201])
    expect(refreshes(browser)).toBe(2)
    // The access token of a tab in the background has expired, and its clock may be slow.
    at.one.clock.move(ACCESS_SECONDS + 1)
    await one.logout()
    expect(refreshes(browser)).toBe(2)
    await expect.poll(() => two.told.at(-1)).toBe(`${ANN.email} → null`)
    await expect
      .poll(() => at.one.db('usertwo.user_sessions').whereNull('revoked_at').pluck('id'))
      .toEqual([])
  })
})
