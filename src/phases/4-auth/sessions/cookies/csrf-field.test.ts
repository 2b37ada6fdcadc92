import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import express from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { express4 } from '../../../../../test/support/express4.js'
import { multer, type WithFile } from '../../../../../test/support/multer.js'
import { callInner, type InnerApp } from '../../../../express/inner-app.js'
import { csrfFields } from './csrf-field.js'

const TOKEN = 'Zm9yLW9uZS1sb2dpbi1vbmx5'
const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0))
    await new Promise((done) => server.close(done).closeAllConnections())
})

/** An app behind a layer that looks for the field, as `usertwo()` calls it; `found` lists what the layer saw. */
async function behind(app: RequestListener): Promise<{ url: string; found: string[][] }> {
  const found: string[][] = []
  const outer = express()
  outer.use(async (req, _res, next) => {
    found.push(await csrfFields(req))
    next()
  })
  outer.use((req, res) => callInner(app as InnerApp, req, res))
  const server = createServer(outer)
  running.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, found }
}

const post = async (
  url: string,
  body: string | URLSearchParams | FormData,
  headers: Record<string, string> = {},
) => {
  const answer = await fetch(url, { method: 'POST', body, headers })
  return { status: answer.status, json: await answer.json() }
}

describe.each([
  ['4', express4],
  ['5', express],
])("the app's own parsers of Express %s read the whole body after", (_version, make) => {
  test.each([1, 1_000, 200_000])('a form with %i more characters', async (length) => {
    const app = make()
    app.post('/', make.urlencoded({ extended: false, limit: '1mb' }), (req, res) => void res.json(req.body))
    const { url, found } = await behind(app)
    const sent = { _csrf: TOKEN, text: 'ü&='.repeat(length).slice(0, length) }
    expect((await post(url, new URLSearchParams(sent))).json).toEqual(sent)
    expect(found).toEqual([[TOKEN]])
  })

  test.each([0, 1_000, 300_000])('an upload of %i bytes', async (size) => {
    const app = make()
    app.post('/', multer().single('file'), (req, res) => {
      const { file } = req as WithFile
      res.json({ ...req.body, size: file.size, sum: file.buffer.reduce((a, b) => a + b, 0) })
    })
    const { url, found } = await behind(app)
    const form = new FormData()
    form.set('_csrf', TOKEN)
    form.set('file', new Blob([Buffer.alloc(size, 7)]), 'a.bin')
    form.set('last', 'field')
    expect((await post(url, form)).json).toEqual({ _csrf: TOKEN, size, sum: 7 * size, last: 'field' })
    expect(found).toEqual([[TOKEN]])
  })

  test('a body without a length, and an empty one', async () => {
    const app = make()
    app.post('/', make.text({ type: '*/*' }), (req, res) => void res.json({ body: req.body }))
    const { url, found } = await behind(app)
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const parts = ['a=1&_cs', `rf=${TOKEN}`, '&b=2']
    const stream = new ReadableStream({
      async pull(controller) {
        const part = parts.shift()
        if (part) controller.enqueue(Buffer.from(part))
        else controller.close()
        await new Promise((done) => setTimeout(done, 20))
      },
    })
    const chunked = { method: 'POST', body: stream, headers: type, duplex: 'half' } as RequestInit
    expect(await (await fetch(url, chunked)).json()).toEqual({ body: `a=1&_csrf=${TOKEN}&b=2` })
    expect((await post(url, '', type)).status).toBe(200)
    expect(found).toEqual([[TOKEN], []])
  })
})

test('every field of that name counts, and no other', async () => {
  const { url, found } = await behind(express().use((_req, res) => void res.json({})))
  await post(
    url,
    new URLSearchParams([
      ['_csrf', "the app's own"],
      ['x_csrf', 'no'],
      ['_csrf', TOKEN],
    ]),
  )
  const form = new FormData()
  form.set('x_csrf', 'no')
  form.set('note', `_csrf=${TOKEN}`)
  await post(url, form)
  await post(url, JSON.stringify({ _csrf: TOKEN }), { 'content-type': 'application/json' })
  await post(url, `_csrf=${TOKEN}`, { 'content-type': 'text/plain' })
  expect(found).toEqual([["the app's own", TOKEN], [], [], []])
})

test('looks no further than 64 kB, and does not wait for a closed connection', async () => {
  const { url, found } = await behind(express().use((_req, res) => void res.json({})))
  await post(url, `a=${'x'.repeat(200_000)}&_csrf=${TOKEN}`, {
    'content-type': 'application/x-www-form-urlencoded',
  }).catch(() => {})
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\na=1&',
  )
  setTimeout(() => socket.destroy(), 100)
  await expect.poll(() => found.length).toBe(2)
  expect(found).toEqual([[], []])
})
