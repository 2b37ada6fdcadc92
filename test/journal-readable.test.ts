// The journal with several people at dial 8: who is logged in reads entries and what hangs on them, and the author alone writes.
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../src/tools/gate/gate.js'
import type { Answer } from '../src/tools/gate/http.js'
import { nextAddress } from '../src/tools/gate/people.js'
import { type ComicPile, comicPile, JOURNAL } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'
import { join } from './support/reader.js'

const MISSING = '11111111-2222-4333-8444-555555555555'
const FORM = 'application/x-www-form-urlencoded'
const FILE = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nbytes\r\n--x--\r\n`
const MULTIPART = 'multipart/form-data; boundary=x'

type Who = 'author' | 'second' | 'third'
let journal: ComicPile
let app: Target
let admin: pg.Client
const tokens = {} as Record<Who, string>
/** an entry of the author's, and what hangs on it */
const ids = { entry: '', comment: '', attachment: '', draft: '' }

const ask = (
  who: Who | null,
  method: string,
  path: string,
  { body, type = 'application/json', accept }: { body?: string; type?: string; accept?: string } = {},
): Promise<Answer> => {
  const headers: Record<string, string> = {
    ...(who && { authorization: `Bearer ${tokens[who]}` }),
    ...(body !== undefined && { 'content-type': type }),
    ...(accept && { accept }),
  }
  return app.ask(method, path, { as: { name: who ?? 'nobody', address: nextAddress(), headers }, body })
}
/** Every row there is. */
const stored = async () =>
  (
    await admin.query(`select e::text as row from entries e union all select c::text from comments c
      union all select a::text from attachments a union all select d::text from drafts d order by 1`)
  ).rows
const made = async (path: string, body: object, who: Who = 'author') =>
  (await ask(who, 'POST', path, { body: JSON.stringify(body) })).json as { id: string }

beforeAll(async () => {
  journal = await comicPile(JOURNAL)
  const urls = await freshDatabase()
  admin = new pg.Client(urls.adminUrl)
  await admin.connect()
  await journal.seed(urls.url)
  await journal.migrate(urls, 8)
  app = await journal.start({ ...urls, dial: 8, realTime: true })
  const account = (name: string) => ({ email: `${name}@example.com`, password: `${name} writes a journal` })
  tokens.author = await join(app, account('author'), journal.claimCode)
  tokens.second = await join(app, account('second'))
  tokens.third = await join(app, account('third'))
  ids.entry = (await made('/api/v1/entries', { title: 'A day', body: 'It rained.', tags: ['mine'] })).id
  ids.comment = (await made(`/api/v1/entries/${ids.entry}/comments`, { body: 'And how.' })).id
  ids.draft = (await made('/api/v1/drafts', { title: 'Not yet', body: 'A secret plan.' })).id
  const sent = await ask('author', 'POST', `/api/v1/entries/${ids.entry}/attachments`, {
    body: FILE,
    type: MULTIPART,
  })
  ids.attachment = (sent.json as { id: string }).id
}, 120_000)
afterAll(async () => {
  await journal?.stop()
  await admin?.end()
})

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
const file = { body: FILE, type: MULTIPART }
/** Each write, at the address of a row. */
const WRITES: [string, string, keyof typeof ids, { body?: string; type?: string }][] = [
  ['PUT', '/api/v1/entries/:id', 'entry', { body: json }],
  ['DELETE', '/api/v1/entries/:id', 'entry', {}],
  ['POST', '/api/v1/entries/:id/comments', 'entry', { body: '{"body":"I was here"}' }],
  ['POST', '/api/v1/entries/:id/attachments', 'entry', file],
  ['DELETE', '/api/v1/comments/:id', 'comment', {}],
  ['DELETE', '/api/v1/attachments/:id', 'attachment', {}],
  ['POST', '/entries/:id', 'entry', form],
  ['POST', '/entries/:id/delete', 'entry', { body: '', type: FORM }],
  ['POST', '/entries/:id/comments', 'entry', { body: 'body=I+was+here', type: FORM }],
  ['POST', '/entries/:id/attachments', 'entry', file],
  ['POST', '/comments/:id/delete', 'comment', { body: '', type: FORM }],
  ['POST', '/attachments/:id/delete', 'attachment', { body: '', type: FORM }],
]

test.each(WRITES)(
  '%s %s of somebody else is 403, of nobody 404, and nothing is changed',
  async (method, path, of, what) => {
    const before = await stored()
    for (const who of ['second', 'third'] as const) {
      const refused = await ask(who, method, path.replace(':id', ids[of]), what)
      expect(refused.status).toBe(403)
      expect(refused.json).toMatchObject({ code: 'forbidden' })
      const missing = await ask(who, method, path.replace(':id', MISSING), what)
      expect(missing.status).toBe(404)
    }
    expect(await stored()).toEqual(before)
  },
)

describe('drafts beside them', () => {
  test('are nobody else’s to know of', async () => {
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

test('the author writes as before, and what hangs on an entry goes with it', async () => {
  const { id } = await made('/api/v1/entries', { title: 'Short', body: 'x', tags: [] }, 'third')
  await made(`/api/v1/entries/${id}/comments`, { body: 'and gone' }, 'third')
  expect((await ask('third', 'PUT', `/api/v1/entries/${id}`, { body: json })).status).toBe(200)
  expect((await ask('third', 'POST', `/entries/${id}/attachments`, file)).status).toBe(303)
  expect((await ask('third', 'DELETE', `/api/v1/entries/${id}`)).status).toBe(204)
  expect((await ask('second', 'GET', `/api/v1/entries/${id}`)).status).toBe(404)
})
