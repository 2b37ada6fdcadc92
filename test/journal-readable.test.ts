// The journal with several users at dial 8: each logged-in user reads entries and their comments and files,
// and only the author writes.
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { FORM, type JournalPeople, journalPeople, UPLOAD, type Who } from './support/journal-people.js'

const MISSING = '11111111-2222-4333-8444-555555555555'

let people: JournalPeople
let ask: JournalPeople['ask']
let made: JournalPeople['made']
let ids: JournalPeople['ids']
beforeAll(async () => {
  people = await journalPeople()
  ;({ ask, made, ids } = people)
}, 120_000)
afterAll(() => people?.stop())

test('what is read is the same for everybody who is logged in: lists, searches, figures, pages, files', async () => {
  for (const path of [
    '/api/v1/entries',
    '/api/v1/entries?q=rained&tag=mine',
    '/api/v1/entries/stats',
    `/api/v1/entries/${ids.entry}`,
    `/api/v1/entries/${ids.entry}/comments`,
    `/api/v1/entries/${ids.entry}/attachments`,
    `/api/v1/attachments/${ids.attachment}`,
    '/?q=rained',
    '/stats',
    `/entries/${ids.entry}`,
  ]) {
    const [author, second] = [await ask('author', 'GET', path), await ask('second', 'GET', path)]
    expect([path, second.status, second.body]).toEqual([path, 200, author.body])
    expect([302, 401]).toContain((await ask(null, 'GET', path)).status)
  }
  expect((await ask('third', 'GET', '/api/v1/entries?q=rained')).json).toMatchObject({ total: 1 })
})

const json = JSON.stringify({ title: 'Mine now', body: 'x', tags: [] })
const form = { body: 'title=Mine+now&body=x&tags=', type: FORM }
/** Each write, at the address of a row. */
const WRITES: [string, string, keyof typeof ids, { body?: string; type?: string }][] = [
  ['PUT', '/api/v1/entries/:id', 'entry', { body: json }],
  ['DELETE', '/api/v1/entries/:id', 'entry', {}],
  ['POST', '/api/v1/entries/:id/comments', 'entry', { body: '{"body":"I was here"}' }],
  ['POST', '/api/v1/entries/:id/attachments', 'entry', UPLOAD],
  ['DELETE', '/api/v1/comments/:id', 'comment', {}],
  ['DELETE', '/api/v1/attachments/:id', 'attachment', {}],
  ['POST', '/entries/:id', 'entry', form],
  ['POST', '/entries/:id/delete', 'entry', { body: '', type: FORM }],
  ['POST', '/entries/:id/comments', 'entry', { body: 'body=I+was+here', type: FORM }],
  ['POST', '/entries/:id/attachments', 'entry', UPLOAD],
  ['POST', '/comments/:id/delete', 'comment', { body: '', type: FORM }],
  ['POST', '/attachments/:id/delete', 'attachment', { body: '', type: FORM }],
]

test.each(WRITES)(
  '%s %s of another user’s entry is 403, of a missing one 404, and nothing is changed',
  async (method, path, of, what) => {
    const before = await people.stored()
    for (const who of ['second', 'third'] as const) {
      const refused = await ask(who, method, path.replace(':id', ids[of]), what)
      expect(refused.status).toBe(403)
      expect(refused.json).toMatchObject({ code: 'forbidden' })
      const missing = await ask(who, method, path.replace(':id', MISSING), what)
      expect(missing.status).toBe(404)
    }
    expect(await people.stored()).toEqual(before)
  },
)

describe('drafts beside them', () => {
  test('are hidden from other users', async () => {
    for (const [method, path, body] of [
      ['GET', '/api/v1/drafts/:id'],
      ['PUT', '/api/v1/drafts/:id', '{"title":"x","body":"x"}'],
      ['DELETE', '/api/v1/drafts/:id'],
      ['POST', '/api/v1/drafts/:id/publish'],
      ['GET', '/drafts/:id'],
    ] as const) {
      const at = (id: string) => ask('second', method, path.replace(':id', id), { body })
      const [foreign, missing] = [await at(ids.draft), await at(MISSING)]
      expect([path, foreign.status, foreign.body]).toEqual([path, 404, missing.body])
    }
    expect((await ask('second', 'GET', '/api/v1/drafts')).body).not.toContain('secret plan')
    expect((await ask('second', 'GET', '/drafts')).body).not.toContain('Not yet')
  })

  test('are read by all once they are published, and still written by who wrote them', async () => {
    const { id } = await made('/api/v1/drafts', { title: 'Now', body: 'no secret any more' }, 'second')
    const entry = (await ask('second', 'POST', `/api/v1/drafts/${id}/publish`)).json as { id: string }
    const put = (who: Who) => ask(who, 'PUT', `/api/v1/entries/${entry.id}`, { body: json })
    expect((await ask('author', 'GET', `/api/v1/entries/${entry.id}`)).status).toBe(200)
    expect([(await put('author')).status, (await put('second')).status]).toEqual([403, 200])
  })
})

test('the author writes as before, and a deleted entry takes its comments along', async () => {
  const { id } = await made('/api/v1/entries', { title: 'Short', body: 'x', tags: [] }, 'third')
  await made(`/api/v1/entries/${id}/comments`, { body: 'and gone' }, 'third')
  expect((await ask('third', 'PUT', `/api/v1/entries/${id}`, { body: json })).status).toBe(200)
  expect((await ask('third', 'POST', `/entries/${id}/attachments`, UPLOAD)).status).toBe(303)
  expect((await ask('third', 'DELETE', `/api/v1/entries/${id}`)).status).toBe(204)
  expect((await ask('second', 'GET', `/api/v1/entries/${id}`)).status).toBe(404)
})

describe('a denial', () => {
  const html = 'text/html,application/xhtml+xml'

  test('of a form is a page with a link back; a program gets problem+json', async () => {
    const path = `/entries/${ids.entry}/comments`
    const send = (headers: Record<string, string>) =>
      ask('second', 'POST', path, { body: 'body=I+was+here', type: FORM, headers })
    const { host, origin } = new URL(people.app.url)
    const page = await send({ accept: html, host, referer: `${origin}/entries/${ids.entry}?from=list` })
    expect([page.status, page.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8'])
    expect(page.body).toContain('<h1>This belongs to another user</h1>')
    expect(page.body).toContain(`<a href="/entries/${ids.entry}?from=list">Back to where you were</a>`)
    expect(page.body).toContain('<a href="/">Back to the app</a>')
    expect(page.headers['cache-control']).toContain('no-store')
    for (const referer of ['https://elsewhere.example/x', `${origin}//elsewhere.example`, 'nonsense'])
      expect((await send({ accept: html, host, referer })).body).not.toContain('Back to where you were')
    for (const headers of [{ accept: '*/*' }, { accept: html, 'sec-fetch-mode': 'cors' }] as Record<
      string,
      string
    >[])
      expect((await send(headers)).json).toMatchObject({ code: 'forbidden' })
  })
})

test('names the requests about other users’ rows, without revealing whether a row exists', async () => {
  const of = (id: string) => [`POST /entries/${id}/delete`, `GET /entries/${id}/edit`]
  const asked = [...of(ids.entry), ...of(ids.entry.toUpperCase()), ...of(MISSING)]
  const others = [
    'POST /entries/new/delete',
    `GET /entries/${ids.entry}`,
    `POST /drafts/${ids.draft}/delete`,
    'nonsense',
    '',
  ]
  const ofComment = `POST /comments/${ids.comment}/delete`
  const notMine = async (who: Who, requests: unknown) =>
    ask(who, 'POST', '/auth/not-mine', { body: JSON.stringify({ requests }) })
  const all = [...asked, ...others, ofComment]
  expect((await notMine('author', all)).json).toEqual({ not_mine: of(MISSING) })
  expect((await notMine('second', all)).json).toEqual({ not_mine: [...asked, ofComment] })
  expect((await ask(null, 'POST', '/auth/not-mine', { body: '{"requests":[]}' })).status).toBe(401)
  expect((await notMine('second', Array(101).fill('x'))).status).toBe(400)
})

test('a page that changes an entry opens for its author only, by its address too', async () => {
  const open = (who: Who, path: string, accept = 'application/json') =>
    ask(who, 'GET', path, { headers: { accept } })
  const edit = (id: string) => `/entries/${id}/edit`
  expect((await open('author', edit(ids.entry))).status).toBe(200)
  for (const path of [edit(ids.entry), `${edit(ids.entry)}?from=here`, edit(ids.entry.toUpperCase())]) {
    const refused = await open('second', path)
    expect([refused.status, refused.json]).toMatchObject([403, { code: 'forbidden' }])
  }
  const page = await ask('second', 'GET', edit(ids.entry), {
    headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' },
  })
  expect([page.status, page.body]).toEqual([403, expect.stringContaining('This belongs to another user')])
  // Of one that is missing the app says what it says to its author.
  for (const who of ['author', 'second'] as const) expect((await open(who, edit(MISSING))).status).toBe(404)
  expect((await open('second', `/entries/${ids.entry}`)).status).toBe(200)
  expect((await open('second', '/entries/new')).status).toBe(200)
})

describe('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  const working = async (who: Who, javaScriptEnabled = true): Promise<Page> => {
    const page = await (await browser.newContext({ baseURL: people.app.url, javaScriptEnabled })).newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(`/auth/login?next=/entries/${ids.entry}`)
    await page.fill('[name=email]', people.account(who).email)
    await page.fill('[name=password]', people.account(who).password)
    await page.click('form[action$="/login"] button[type=submit]')
    await page.waitForURL(`**/entries/${ids.entry}`)
    if (javaScriptEnabled) await page.locator('#usertwo-badge summary').waitFor()
    return page
  }
  const offers = (page: Page) => ({
    edit: page.getByRole('link', { name: 'Edit' }),
    delete: page.getByRole('button', { name: 'Delete' }),
    attach: page.getByRole('button', { name: 'Attach' }),
    add: page.getByRole('button', { name: 'Add' }),
  })

  test('what changes an entry is offered to its author only, whenever it comes onto the page', async () => {
    const answered = (page: Page) => page.waitForResponse((answer) => answer.url().endsWith('/auth/not-mine'))
    const own = await working('author')
    await own.locator('body').evaluate(() => new Promise((done) => setTimeout(done, 300)))
    const mine = offers(own)
    expect([
      await mine.edit.count(),
      await mine.delete.count(),
      await mine.attach.count(),
      await mine.add.count(),
    ]).toEqual([1, 3, 1, 1])

    const page = await working('second')
    const theirs = offers(page)
    for (const offer of Object.values(theirs)) await expect.poll(() => offer.count()).toBe(0)
    expect(await page.getByText('It rained.').isVisible()).toBe(true)
    expect(await page.getByRole('link', { name: 'Write' }).isVisible()).toBe(true)
    // What comes later, and what becomes another.
    const [response] = await Promise.all([
      answered(page),
      page.evaluate(
        `document.querySelector('main').insertAdjacentHTML('beforeend', '<form method="post" action="/nowhere"><button formaction="/comments/${MISSING}/delete">Later</button></form><a id="turns" href="/entries/new">Turns</a>')`,
      ),
    ])
    expect(response.status()).toBe(200)
    await expect.poll(() => page.getByRole('button', { name: 'Later' }).count()).toBe(0)
    const turns = page.getByRole('link', { name: 'Turns' })
    expect(await turns.count()).toBe(1)
    await page.evaluate(`document.querySelector('#turns').href = '/entries/${ids.entry}/edit'`)
    await expect.poll(() => turns.count()).toBe(0)
    await page.evaluate(`document.querySelector('#turns').href = '/entries/new'`)
    await expect.poll(() => turns.count()).toBe(1)
  }, 60_000)

  test('without script a form that may not is answered with the page, and leads back', async () => {
    const page = await working('second', false)
    await page.locator(`form[action="/entries/${ids.entry}/delete"] button`).click()
    await page.getByRole('heading', { name: 'This belongs to another user' }).waitFor()
    await page.getByRole('link', { name: 'Back to where you were' }).click()
    await page.waitForURL(`**/entries/${ids.entry}`)
    expect(await page.getByText('It rained.').isVisible()).toBe(true)
  }, 60_000)
})
