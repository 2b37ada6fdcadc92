import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliDecompressSync, createBrotliCompress, createGzip, gunzipSync } from 'node:zlib'
import express, { type Response } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp } from '../../../../test/support/auth-app.js'

const HEAD = '<!doctype html><html lang="en"><head>'
const REST = `<title>é</title></head><body>${'<p>a line of many</p>'.repeat(20_000)}</body></html>`
const PAGE = HEAD + REST
const TAG = '<script src="/auth/badge.js"'
const OPEN = [
  'packed/gzip',
  'packed/br',
  'wrapped',
  'static/file.html',
  'tagged',
  'told',
  ...[1, 20, 64, 16_384].map((size) => `stream/${size}`),
].map((path) => `GET /${path}`)
const PACKERS = { gzip: createGzip, br: createBrotliCompress }

async function* slowly(): AsyncGenerator<Buffer> {
  for (const [text] of PAGE.matchAll(/.{1,100000}/gs)) {
    yield Buffer.from(text)
    await sleep(20)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'insert-'))
afterAll(() => rmSync(folder, { recursive: true }))

let one: AuthApp
beforeAll(async () => {
  writeFileSync(join(folder, 'file.html'), PAGE)
  const app = express.Router()
  app.use('/static', express.static(folder))
  app.get('/packed/:by', (req, res: Response) => {
    const by = req.params.by as keyof typeof PACKERS
    res.set({
      'Content-Type': 'text/html',
      'Content-Encoding': by,
      Vary: 'Accept-Encoding',
      ETag: '"packed"',
    })
    Readable.from([PAGE]).pipe(PACKERS[by]()).pipe(res)
  })
  app.get('/stream/:size', (req, res) => {
    const size = Number(req.params.size)
    const bytes = Buffer.from(PAGE)
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    )
    Readable.from(pieces).pipe(res.set({ 'Content-Type': 'text/html', Trailer: 'X-After' }))
  })
  // As `compression` and `express-session` do it: by methods of the answer's own.
  app.get('/wrapped', (_req, res, next) => {
    const { write, end } = res
    let written = 0
    const packer = createGzip()
    packer
      .on('data', (piece: Buffer) => void write.call(res, piece, 'utf8'))
      .on('end', () => {
        res.addTrailers({ 'X-Written': String(written) })
        end.call(res, '', 'utf8')
      })
    res.set('Content-Encoding', 'gzip')
    Object.assign(res, {
      write: (piece: Buffer) => {
        written += piece.length
        packer.write(piece)
        return true
      },
      end: () => packer.end(),
    })
    next()
  })
  app.get('/wrapped', (_req, res) => {
    res.set({ 'Content-Type': 'text/html', Trailer: 'X-Written' })
    res.flushHeaders()
    Readable.from(slowly()).pipe(res)
  })
  app.get('/tagged', (_req, res) => void res.set('ETag', '"strong"').send(PAGE))
  app.get('/told', (_req, res) => void res.set('Content-Digest', 'sha-256=:x:').send(PAGE))
  one = await authApp({
    dial: 5,
    config: { auth: { badge: true }, routes: { public: OPEN } } as never,
    behind: app,
  })
})
afterAll(() => one?.dispose())

const ask = (path: string, headers: Record<string, string> = {}, method: 'get' | 'head' = 'get') =>
  request(one.app)
    [method](path)
    .set({ Accept: 'text/html', ...headers })
const bytesOf = (path: string) =>
  ask(path, { 'Accept-Encoding': 'identity' })
    .buffer(true)
    .parse((res, done) => {
      const got: Buffer[] = []
      res.on('data', (piece: Buffer) => got.push(piece)).on('end', () => done(null, Buffer.concat(got)))
    })

test.each([
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
] as const)(
  'a page that is packed as it goes (%s) is left alone; its validator is weak, as that of a 304 is',
  async (by, unpack) => {
    const { headers, body } = await bytesOf(`/packed/${by}`)
    expect(headers).toMatchObject({ etag: 'W/"packed"', 'content-encoding': by, vary: 'Accept-Encoding' })
    const bytes = body as Buffer
    // Superagent unpacks what it knows.
    expect((bytes.subarray(0, 5).toString() === '<!doc' ? bytes : unpack(bytes)).toString()).toBe(PAGE)
  },
)

test('an app that has the answer’s methods replaced keeps them to the end', async () => {
  const server = one.app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const headers = { Accept: 'text/html' }
  const [res] = (await once(get({ port, path: '/wrapped', headers }), 'response')) as [IncomingMessage]
  const text = gunzipSync(Buffer.concat(await res.toArray())).toString()
  const { trailers } = res
  server.close()
  expect(text === PAGE).toBe(true)
  expect(trailers).toEqual({ 'x-written': String(Buffer.byteLength(PAGE)) })
})

test.each([
  [1, false],
  [20, false],
  [64, true],
  [16_384, true],
] as const)(
  'streamed in pieces of %i bytes it is whole, with one tag where the head was there: %s',
  async (size, has) => {
    const text = ((await bytesOf(`/stream/${size}`)).body as Buffer).toString()
    expect(text.replace(/<script src="\/auth\/badge\.js"[^>]*><\/script>/, '') === PAGE).toBe(true)
    expect(text.split(TAG).length - 1).toBe(has ? 1 : 0)
  },
)

test('HEAD says what GET would, except for the length', async () => {
  for (const path of ['/static/file.html', '/tagged']) {
    const got = await ask(path).expect(200)
    const head = await ask(path, {}, 'head').expect(200)
    expect(head.headers.etag).toBe(got.headers.etag)
    expect(head.headers.etag).toMatch(/^W\//)
    expect(head.headers['content-length']).toBeUndefined()
    expect(head.headers['accept-ranges']).toBeUndefined()
    expect(Number(got.headers['content-length'])).toBe(Buffer.byteLength(got.text))
    await ask(path, { 'If-None-Match': got.headers.etag! }, 'head').expect(304)
    await ask(path, { 'If-None-Match': got.headers.etag! }).expect(304)
  }
})

test('by its date it is not modified either, and a part is the app’s own bytes', async () => {
  const { headers } = await ask('/static/file.html').expect(200)
  await ask('/static/file.html', { 'If-Modified-Since': headers['last-modified']! }).expect(304)
  const bytes = Buffer.from(PAGE)
  const part = await ask('/static/file.html', { Range: 'bytes=10-29' }).expect(206)
  expect(part.text).toBe(bytes.subarray(10, 30).toString())
  expect(part.headers['content-range']).toBe(`bytes 10-29/${bytes.length}`)
  const two = await ask('/static/file.html', { Range: `bytes=${bytes.length}-` })
  expect([two.status, two.headers['content-range']]).toEqual([416, `bytes */${bytes.length}`])
})

test('what says a digest of its bytes is left alone', async () => {
  expect((await ask('/told')).text).toBe(PAGE)
})
