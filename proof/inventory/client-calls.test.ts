import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { readSources } from '../../reading/syntax/sources.js'
import { parseConfig } from '../../src/config/config.js'
import { findClientCalls, findClientPages } from './client-calls.js'
import { readInventory } from './lock-file.js'

const PILE = new URL('../../examples/comic-pile/', import.meta.url).pathname
const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
})
const routes = ['GET /api/things/', 'GET /api/things/:id', 'POST /api/things/', 'GET /export'].map((one) => {
  const [method = '', path = ''] = one.split(' ')
  return { method, path, at: 'server.js:1' }
})
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

async function page(code: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-inventory-'))
  folders.push(folder)
  writeFileSync(join(folder, 'server.js'), '')
  writeFileSync(join(folder, 'index.html'), '<script type="module" src="/page.jsx"></script>')
  writeFileSync(join(folder, 'page.jsx'), code)
  return (await readSources(folder, config)).client
}

const called = async (code: string) =>
  findClientCalls(await page(code), routes).map(({ method, path, route }) => [method, path, route])

it('reads fetch with its method, templates and queries', async () => {
  expect(await called(`fetch(\`/api/things/\${id}?full=1\`)`)).toEqual([
    ['GET', '/api/things/:x', 'GET /api/things/:id'],
  ])
  expect(await called("window.fetch('/api/things/', { method: 'post' })")).toEqual([
    ['POST', '/api/things/', 'POST /api/things/'],
  ])
})

it('reads axios and its instances, under their baseURL', async () => {
  const code =
    "const http = axios.create({ baseURL: '/api' })\nhttp.get('/things/')\naxios.get('/api/things/7')"
  expect(await called(code)).toEqual([
    ['GET', '/api/things/', 'GET /api/things/'],
    ['GET', '/api/things/7', 'GET /api/things/:id'],
  ])
})

it.each([
  ["$.get('/api/things/')", 'GET', 'GET /api/things/'],
  ["jQuery.getJSON('/api/things/' + id)", 'GET', 'GET /api/things/:id'],
  ["$.post('/api/things/', {})", 'POST', 'POST /api/things/'],
  ["$.ajax({ url: '/api/things/', type: 'POST' })", 'POST', 'POST /api/things/'],
  ["$.ajax('/api/things/', { method: 'post' })", 'POST', 'POST /api/things/'],
  ["$('#all').load('/export #rows')", 'GET', 'GET /export'],
  ["axios({ method: 'post', url: '/api/things/' })", 'POST', 'POST /api/things/'],
  ["axios('/api/things/')", 'GET', 'GET /api/things/'],
  ["new XMLHttpRequest().open('POST', '/api/things/')", 'POST', 'POST /api/things/'],
  ["fetch('/api/things/' + id + '?full=1')", 'GET', 'GET /api/things/:id'],
  ['export const x = <form method="post" action="/api/things/" />', 'POST', 'POST /api/things/'],
])('reads %s', async (code, method, route) => {
  expect((await called(code)).map(([asked, , to]) => [asked, to])).toEqual([[method, route]])
})

it('reports that the app has no such route for jQuery too', async () => {
  expect(await called("$.post('/api/gone')")).toEqual([['POST', '/api/gone', null]])
})

it('reads links that the server answers, and no others', async () => {
  expect(await called('export const x = <><a href="/export">all</a><a href="/about">us</a></>')).toEqual([
    ['GET', '/export', 'GET /export'],
  ])
})

it('reports a call without a route of the app', async () => {
  expect(await called("fetch('/api/gone')")).toEqual([['GET', '/api/gone', null]])
})

it('does not take every get for a request', async () => {
  expect(await called("cache.get('/something')")).toEqual([])
})

it('finds pages as elements and as objects', async () => {
  const code =
    'export const a = <Route path="/queue" element={<Q />} />\nexport const b = [{ path: "/history", element: 1 }, { path: "/x" }]'
  expect(findClientPages(await page(code)).map(({ path }) => path)).toEqual(['/queue', '/history'])
})

it('knows every call and page of comic-pile by its route', async () => {
  const { client } = await readSources(PILE, config)
  const locked = readInventory(PILE)
  const calls = findClientCalls(client, locked.routes)
  expect(calls).toEqual(locked.clientCalls)
  expect(calls).toHaveLength(25)
  expect(calls.filter(({ route }) => route === null)).toEqual([])
  expect(findClientPages(client).map(({ path }) => path)).toEqual([
    '/',
    '/rate',
    '/queue',
    '/history',
    '/sessions/:id',
    '/analytics',
    '/settings',
  ])
})
