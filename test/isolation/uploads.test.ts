// Uploaded files behind their rows: what one user sent, the other cannot read, by id or by name, on a pool of two.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendUpload } from '../../src/index.js'
import { multer } from '../support/multer.js'
import { type Login, type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `create table files (id serial primary key, user_id int not null references users,
  path text not null, name text, type text);`
const EACH = 100

const folder = mkdtempSync(join(tmpdir(), 'usertwo-uploads-'))
const uploads = join(folder, 'uploads')
let app: WrappedApp

beforeAll(async () => {
  mkdirSync(uploads)
  writeFileSync(join(folder, 'secret.txt'), 'outside of the folder')
  app = await wrappedApp(withUploads, {
    config: { tables: { notes: { owner: 'user_id' }, files: { owner: 'user_id' } } },
    schema: SCHEMA,
  })
}, 60_000)
afterAll(async () => {
  await app?.dispose()
  rmSync(folder, { recursive: true })
})

function withUploads(db: Knex) {
  const site = express()
  const disk = multer({ dest: uploads })
  site.post('/files', disk.single('file'), async (req, res) => {
    const { filename, originalname, mimetype } = (req as unknown as { file: Record<string, string> }).file
    const row = { path: filename, name: originalname, type: mimetype, user_id: 1 }
    const [{ id }] = await db('files').insert(row).returning('id')
    res.status(201).json({ id })
  })
  const send = sendUpload(uploads, async (req: express.Request) => {
    if (req.params.id === '0') throw new Error('the row cannot be read')
    const row = await db('files').where({ id: req.params.id }).first()
    return row && { file: row.path, name: row.name, type: row.type }
  })
  site.get('/files/:id', send)
  site.use((_req, res) => res.status(404).json({ error: 'there is no such file' }))
  return site
}

async function sent(who: Login, content: string, name: string, type: string): Promise<number> {
  const body = new FormData()
  body.set('file', new Blob([content], { type }), name)
  const headers = { authorization: `Bearer ${who.token}` }
  const answer = await fetch(`${app.url}/files`, { method: 'POST', body, headers })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: number }).id
}

async function lastFile(): Promise<number> {
  const [row] = await app.stored<{ id: number }>('select max(id)::int as id from files')
  return row!.id
}

describe('a file that is sent by its row', () => {
  test('reaches its own user alone, in 400 requests of two users at once', async () => {
    const [one, two] = app.people as [Login, Login]
    const ids = await Promise.all([one, two].map((who) => sent(who, `of ${who.id}`, 'a.txt', 'text/plain')))
    const asked = [one, two].flatMap((who) =>
      ids.flatMap((id, at) => Array.from({ length: EACH }, () => ({ who, id, of: [one, two][at]! }))),
    )
    const seen = { own: 0, foreign: 0, missing: 0 }
    await Promise.all(
      asked.map(async ({ who, id, of }) => {
        const answer = await app.ask(who, 'GET', `/files/${id}`)
        const body = await answer.text()
        if (who === of) seen[answer.status === 200 && body === `of ${of.id}` ? 'own' : 'missing']++
        else if (answer.status !== 404 || body.includes(`of ${of.id}`)) seen.foreign++
      }),
    )
    expect(seen).toEqual({ own: 2 * EACH, foreign: 0, missing: 0 })
  })

  test('of another user is answered as one that does not exist, and needs a login', async () => {
    const [one, two] = app.people as [Login, Login]
    const id = await sent(one, 'mine', 'a.txt', 'text/plain')
    const answers = await Promise.all(
      [id, 999_999].map(async (one) => {
        const answer = await app.ask(two, 'GET', `/files/${one}`)
        return { status: answer.status, headers: [...answer.headers.keys()], body: await answer.json() }
      }),
    )
    expect(answers[0]).toEqual(answers[1])
    expect((await app.ask(null, 'GET', `/files/${id}`)).status).toBe(401)
    const [name] = readdirSync(uploads)
    expect((await app.ask(one, 'GET', `/uploads/${name}`)).status).toBe(404)
  })

  test.each([
    ['a.txt', 'text/plain', /^inline/, 'text/plain'],
    ['a.png', 'image/png', /^inline/, 'image/png'],
    ['page.html', 'text/html', /^attachment/, 'application/octet-stream'],
    ['a.svg', 'image/svg+xml', /^attachment/, 'application/octet-stream'],
    [
      "it's (1) ä.pdf",
      'application/pdf',
      /filename\*=UTF-8''it%27s%20%281%29%20%C3%A4\.pdf$/,
      'application/pdf',
    ],
  ])('%s of %s is shown only if it cannot run as a page', async (name, type, disposition, sentAs) => {
    const one = app.people[0]!
    await app.stored(
      `insert into files (user_id, path, name, type) values (1, '${readdirSync(uploads)[0]}', '${name.replaceAll("'", "''")}', '${type}')`,
    )
    const id = await lastFile()
    const { status, headers } = await app.ask(one, 'GET', `/files/${id}`)
    expect(status).toBe(200)
    expect(headers.get('content-disposition')).toMatch(disposition)
    expect(headers.get('content-type')).toBe(sentAs)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(headers.get('cache-control')).toBe('private, no-cache')
  })

  test.each(['../secret.txt', '/etc/hostname', '.', '', 'not-there', 'a\0b', '.hidden'])(
    'whose row names %j is answered 404, without a header of the file',
    async (path) => {
      writeFileSync(join(uploads, '.hidden'), 'hidden')
      await app.stored(`insert into files (user_id, path) values (1, E'${path.replace('\0', '\\x01')}')`)
      const id = await lastFile()
      const answer = await app.ask(app.people[0]!, 'GET', `/files/${id}`)
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-disposition')).toBeNull()
      expect(await answer.json()).toEqual({ error: 'there is no such file' })
    },
  )

  test('is read in part by a range, and not again while it is unchanged', async () => {
    const one = app.people[0]!
    const id = await sent(one, '0123456789', 'a.txt', 'text/plain')
    // Not by fetch, which asks for a fresh answer beside If-None-Match.
    const get = async (more: Record<string, string>) => {
      const headers = { authorization: `Bearer ${one.token}`, ...more }
      const [answer] = await once(request(`${app.url}/files/${id}`, { headers }).end(), 'response')
      const { etag, 'content-range': range, 'content-type': type } = answer.headers
      return { status: answer.statusCode, etag, range, type, text: await text(answer) }
    }
    const part = await get({ range: 'bytes=2-4' })
    expect(part).toMatchObject({ status: 206, text: '234' })
    expect(await get({ 'if-none-match': part.etag })).toMatchObject({ status: 304, text: '' })
    const unmet = { text: '', type: undefined }
    expect(await get({ range: 'bytes=10-' })).toMatchObject({ ...unmet, status: 416, range: 'bytes */10' })
    expect(await get({ 'if-match': '"another"' })).toMatchObject({ ...unmet, status: 412 })
  })

  test('goes to the error handler if its row cannot be read', async () => {
    expect((await app.ask(app.people[0]!, 'GET', '/files/0')).status).toBe(500)
  })
})
