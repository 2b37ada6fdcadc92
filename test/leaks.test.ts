// What `npm run leaks` plants: each kind lets words of one user out to another, and changes nothing for a user alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type Express } from 'express'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { build } from './support/built.js'

interface Leak {
  id: string
  takes: string
  keeps: string
  route: string
  by: string
  when: string | null
}
const at = (name: string) => new URL(`leaks/${name}`, import.meta.url).href
const folder = mkdtempSync(join(tmpdir(), 'usertwo-leaks-'))
const WORDS = 'the roses of the first'
const AGENT = 'a reader of the first'
let plant: (app: Express, file: string, log: string) => Express
let leaksOf: (inventory: unknown, seed: number, count: number) => Leak[]
let asUser: (id: number, work: () => unknown) => unknown
let server: Server | undefined

beforeAll(async () => {
  await build()
  ;({ asUser } = await import('usertwo'))
  ;({ plant } = await import(at('plant.mjs')))
  ;({ leaksOf } = await import(at('generate.mjs')))
}, 120_000)
afterEach(() => void server?.close())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An honest app with a route of each kind, into which one leak is planted. */
function served(leak: Leak): Promise<(user: number, target: string, init?: RequestInit) => Promise<string>> {
  const app = express()
  app.use(express.json())
  app.get('/notes', (req, res) => void (req.accepts('json') ? res.json([]) : res.type('csv').send('text')))
  app.get('/notes/:name', (_req, res) => void res.json({ text: WORDS }))
  app.post('/notes', (req, res) => void res.status(req.body?.text ? 201 : 400).json({ ok: true }))
  app.get('/page', (_req, res) => void res.send('<p>A page</p>'))
  const [file, log] = [join(folder, 'leaks.json'), join(folder, 'reached')]
  writeFileSync(file, JSON.stringify([leak]))
  writeFileSync(log, '')
  plant(app, file, log)
  server = createServer((req, res) => void asUser(Number(req.headers['x-user']), () => app(req, res)))
  return new Promise((done) =>
    server!.listen(0, '127.0.0.1', () => {
      const base = `http://127.0.0.1:${(server!.address() as AddressInfo).port}`
      done(async (user, target, init = {}) => {
        const answer = await fetch(base + target, {
          ...init,
          headers: { 'x-user': String(user), 'user-agent': AGENT, ...init.headers },
        })
        const headers = ['x-recent', 'set-cookie', 'x-version'].map((name) => answer.headers.get(name) ?? '')
        return decodeURIComponent([answer.status, ...headers, await answer.text()].join(' '))
      })
    }),
  )
}

const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'user-agent': AGENT },
  body: JSON.stringify(body),
})
/** What the first user does, by what a leak takes of it. */
const BRINGS: Record<string, readonly [string, RequestInit?]> = {
  body: ['/notes', json({ text: WORDS })],
  query: [`/notes?find=${encodeURIComponent(WORDS)}`],
  path: [`/notes/${encodeURIComponent(WORDS)}`],
  answer: ['/notes/any'],
  agent: ['/notes', json({ text: 'any' })],
  count: ['/notes', json({ text: 'any' })],
}
/** A request that a leak answers, by its route and when it does. */
const asking = ({ route, when }: Leak): readonly [string, RequestInit?] => {
  const [method, path] = route.split(' ') as [string, string]
  const target = path === '*' ? '/nowhere' : path
  if (when === 'HEAD') return [target, { method: 'HEAD' }]
  if (when === 'csv') return [target, { headers: { accept: 'text/csv' } }]
  if (method === 'POST') return [target, json(when === 'error' ? {} : { text: WORDS })]
  return [target, { method }]
}

const KINDS: Leak[] = [
  ...Object.keys(BRINGS).map((takes) => ({
    takes,
    keeps: 'last',
    route: 'GET /notes',
    by: 'field',
    when: null,
  })),
  ...['last', 'first', 'list'].map((keeps) => ({
    takes: 'body',
    keeps,
    route: 'POST /notes',
    by: 'field',
    when: null,
  })),
  ...['header', 'cookie', 'version'].flatMap((by) => [
    ...['GET /notes', 'OPTIONS *', 'GET *'].map((route) => ({
      takes: 'body',
      keeps: 'last',
      route,
      by,
      when: null,
    })),
    ...['HEAD', 'bare', 'csv'].map((when) => ({
      takes: 'body',
      keeps: 'last',
      route: 'GET /notes',
      by,
      when,
    })),
    { takes: 'body', keeps: 'last', route: 'POST /notes', by, when: 'error' },
  ]),
  { takes: 'body', keeps: 'last', route: 'POST /notes', by: 'status', when: null },
  { takes: 'body', keeps: 'last', route: 'GET /page', by: 'text', when: null },
].map((leak, index) => ({ id: String(index), ...leak }))

test.each(KINDS)('$takes, $keeps, at $route by $by ($when) reaches another user alone', async (leak) => {
  const ask = await served(leak)
  const question = asking(leak)
  const reached = () =>
    readFileSync(join(folder, 'reached'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"shown"')).length
  const own = []
  for (const _round of [1, 2]) own.push(await ask(1, ...BRINGS[leak.takes]!), await ask(1, ...question))
  expect(reached()).toBe(0)
  expect(own.slice(2)).toEqual(own.slice(0, 2))
  const foreign = await ask(2, ...question)
  expect(reached()).toBe(1)
  if (leak.by === 'status') expect(foreign).toMatch(/^409/)
  else if (leak.by === 'version' || leak.takes === 'count') expect(foreign).not.toBe(own[3])
  else expect(foreign).toContain(leak.takes === 'agent' ? AGENT : WORDS)
})

test('a seed draws the same leaks again, each at a route of its own', () => {
  const routes = ['/a', '/b', '/c/:id'].flatMap((path) =>
    ['GET', 'POST'].map((method) => ({ method, path, answers: ['application/json'] })),
  )
  for (const seed of [1, 2, 3]) {
    const leaks = leaksOf({ routes }, seed, 6)
    expect(leaks).toEqual(leaksOf({ routes }, seed, 6))
    expect(new Set(leaks.map(({ route }) => route)).size).toBe(6)
  }
  expect(leaksOf({ routes }, 1, 6)).not.toEqual(leaksOf({ routes }, 2, 6))
})
