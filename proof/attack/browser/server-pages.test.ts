import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { World } from '../fixture/world.js'
import { serverPages } from './server-pages.js'

const MARK = 'cnrymine'
const canaries = new Map([[MARK, 'books.title']])
const page = (text: string) => `<!doctype html><p>${text}</p>`
const recorded = (path: string, route: string | null, contentType = 'text/html'): Exchange => ({
  method: 'GET',
  path,
  route,
  request: { contentType: null, body: null },
  response: { status: 200, contentType, body: page('then') },
})

/** An app that answers these pages now, and 404 otherwise. */
function worldOf(day: readonly Exchange[], now: Record<string, string>) {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    spa: { index: '/', routes: ['/drawn/:id'] },
  })
  const ask = async (_method: string, path: string) => ({
    status: path in now ? 200 : 404,
    headers: { 'content-type': 'text/html' },
    body: now[path] ?? page('Not found'),
    json: null,
    ms: 1,
  })
  const gate = { config, traffic: async () => day, database: { sql: async () => [] } }
  const owner = { name: 'owner', id: 1 }
  return {
    gate,
    target: { ask, url: 'http://127.0.0.1:1' },
    owner,
    tables: [],
    cloned: false,
  } as unknown as World
}

test('chooses one address of each route that opens, preferably one that shows the owner’s rows, and puts those last', async () => {
  const day = [
    recorded('/', 'GET /'),
    recorded('/drawn/1', 'GET *'),
    recorded('/auth/login', null),
    recorded('/auth/mine', null),
    recorded('/list.json', 'GET /list.json', 'application/json'),
    recorded('/books/1', 'GET /books/:id'),
    recorded('/books/2', 'GET /books/:id'),
    recorded('/books/9', 'GET /books/:id'),
    recorded('/gone', 'GET /gone'),
    recorded('/about.html?from=here', null),
  ]
  const now = Object.fromEntries(day.map(({ path }) => [path, page(path)]))
  delete now['/gone']
  now['/books/2'] = page(MARK)
  now['/books/9'] = page(MARK)
  const { pages, left } = await serverPages(worldOf(day, now), canaries)
  expect(pages.map(({ owner }) => owner)).toEqual(['/auth/mine', '/about.html?from=here', '/books/2'])
  expect(left).toEqual([])
})

test('keeps at most twelve, and drops those that show none of the owner’s rows first', async () => {
  const names = Array.from({ length: 14 }, (_, at) => `/page${at}`)
  const now = Object.fromEntries(names.map((path, at) => [path, page(at < 2 ? MARK : path)]))
  const { pages, left } = await serverPages(
    worldOf(
      names.map((path) => recorded(path, `GET ${path}`)),
      now,
    ),
    canaries,
  )
  expect(pages).toHaveLength(12)
  expect(pages.slice(-2).map(({ owner }) => owner)).toEqual(['/page0', '/page1'])
  expect(left).toEqual(['/page2', '/page3'])
})
