import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CorpusTable } from '../../../proof/attack/synthesised/corpus.js'
import { type Asking, type Call, tryRoutes } from './try-routes.js'

/** Lists with todos, and what takes all of them away; each route says how many rows it has changed. */
function appOf() {
  let [lists, todos, next] = [[1, 2], [1, 1, 2], 3]
  const app = express()
  app.get(['/lists', '/todos'], (_req, res) => void res.json({ changed: 0 }))
  app.post('/lists', (_req, res) => void res.status(201).json({ changed: lists.push(next++) && 1 }))
  app.delete('/lists', (_req, res) => {
    res.json({ changed: lists.length })
    lists = todos = []
  })
  app.delete('/lists/old', (_req, res) => {
    res.json({ changed: lists.length })
    lists = []
  })
  app.delete('/lists/:id', (req, res) => {
    const left = lists.filter((one) => one !== Number(req.params.id))
    res.json({ changed: lists.length - left.length })
    lists = left
  })
  app.delete('/todos', (_req, res) => {
    res.json({ changed: todos.length })
    todos = []
  })
  return app
}

const table = (name: string): CorpusTable => ({
  name,
  owner: null,
  columns: [{ name: 'id', type: 'integer', key: true, references: null }],
  rows: [{ id: 1 }],
})
const ROUTES = ['DELETE /lists', 'DELETE /lists/:id', 'DELETE /lists/old', 'DELETE /todos', 'POST /lists']
const routes = ROUTES.map((route) => {
  const [method, path] = route.split(' ') as [string, string]
  return { method, path, at: '' }
})

let server: Server
let asked: { call: string; changed: number }[]
beforeAll(async () => {
  server = appOf().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
})
afterAll(() => void server?.close())

const ask: Asking['target']['ask'] = async (method, path) => {
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method })
  const body = await answer.text()
  const json = body.startsWith('{') ? (JSON.parse(body) as { changed: number }) : undefined
  asked.push({ call: `${method} ${path}`, changed: json?.changed ?? 0 })
  return { status: answer.status, headers: {}, body, json, ms: 0 }
}

test('what deletes everything comes last, what hangs under it first, and finds something that was made again', async () => {
  asked = []
  const corpus = { tables: [table('lists'), table('todos')], recorded: [] }
  const { calls, missing } = await tryRoutes(routes, {
    ...{ target: { ask }, corpus, kinds: ['json'] },
    fieldsOf: () => ['title'],
    unanswered: () => {},
  })
  expect(missing).toEqual([])
  const line = ({ method, path }: Call) => `${method} ${path}`
  expect(calls.map(line)).toEqual([
    'POST /lists',
    'DELETE /lists/1',
    'DELETE /todos',
    'DELETE /lists/old',
    'POST /lists',
    'DELETE /lists',
  ])
  expect(asked.filter(({ call }) => calls.map(line).includes(call) && call.startsWith('DELETE'))).toEqual(
    asked.filter(({ call, changed }) => call.startsWith('DELETE') && changed > 0),
  )
})

test('a form’s route that deletes by its name comes after those that change the row', async () => {
  asked = []
  const forms = ['POST /delete-list', 'POST /edit-list', 'GET /lists', 'POST /lists/deleted'].map((route) => {
    const [method, path] = route.split(' ') as [string, string]
    return { method, path, at: '' }
  })
  const { calls } = await tryRoutes(forms, {
    ...{ target: { ask: sent }, corpus: { tables: [table('lists')], recorded: [] }, kinds: ['form'] },
    fieldsOf: () => ['listId'],
    unanswered: () => {},
  })
  expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /lists',
    'POST /edit-list',
    'POST /lists/deleted',
    'GET /lists',
    'POST /delete-list',
    'GET /lists',
  ])
})

const sent: Asking['target']['ask'] = async () => ({
  status: 200,
  headers: {},
  body: '',
  json: undefined,
  ms: 0,
})

test('requests each alternative of a route pattern', async () => {
  asked = []
  const { calls, missing } = await tryRoutes([{ method: 'GET', path: '/(lists|todos)/', at: '' }], {
    ...{ target: { ask }, corpus: { tables: [], recorded: [] }, kinds: ['json'] },
    fieldsOf: () => [],
    unanswered: () => {},
  })
  expect(missing).toEqual([])
  expect(new Set(calls.map(({ path }) => path))).toEqual(new Set(['/lists/', '/todos/']))
})

describe('an app with one handler for every path', () => {
  const wide = { method: 'ALL', path: '/{*splat}', at: '' }
  const rest = {
    corpus: { tables: [], recorded: [] },
    kinds: ['form' as const],
    fieldsOf: () => [],
    unanswered: () => {},
  }
  const page = (body: string) => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: `<!doctype html><html><body>${body}</body></html>`,
    json: undefined,
    ms: 0,
  })

  test('is followed from page to page and through its forms, what deletes at the end', async () => {
    const pages: Record<string, string> = {
      '/': `<a href="/notes/1">one</a><a href="/notes/2">two</a>
        <form method="post" action="/?index"><input name="title"><button>Add</button></form>`,
      '/notes/1': `<form method="post"><button name="intent" value="delete">x</button></form>
        <form method="post"><input name="title" value="One"><button name="intent" value="save">ok</button></form>`,
      '/notes/2': '<p>two</p>',
    }
    const bodies: unknown[] = []
    const target: Asking['target'] = {
      ask: async (method, path, how) => {
        if (method === 'GET' && pages[path]) return page(pages[path])
        bodies.push(`${method} ${path} ${how?.body}`)
        return { ...page('no'), status: method === 'POST' ? 302 : 404 }
      },
    }
    const { calls, missing } = await tryRoutes([wide], { ...rest, target })
    expect(missing).toEqual([])
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...['GET /', 'GET /notes/1', 'GET /notes/2', 'POST /?index', 'POST /notes/1'],
      ...['GET /', 'GET /notes/1', 'GET /notes/2', 'POST /notes/1'],
      ...['GET /', 'GET /notes/1', 'GET /notes/2'],
    ])
    expect(bodies).toEqual([
      expect.stringMatching(/^POST \/\?index title=./),
      expect.stringMatching(/^POST \/notes\/1 title=.+&intent=save$/),
      'POST /notes/1 intent=delete',
    ])
  })

  test('is named where it answers nothing, and not beside other routes', async () => {
    const target: Asking['target'] = { ask: async () => ({ ...page('no'), status: 404 }) }
    expect((await tryRoutes([wide], { ...rest, target })).missing).toEqual([
      { route: 'ALL /{*splat}', last: 'it takes every path, and none is declared' },
    ])
    asked = []
    const beside = { ...rest, kinds: ['json' as const], target: { ask } }
    expect((await tryRoutes([{ method: 'GET', path: '/lists', at: '' }, wide], beside)).missing).toEqual([])
  })
})

test('an app that parses JSON below one address and forms below another is sent to each what it parses', async () => {
  const form = `<form method="post" action="/days"><input name="day" type="date"><input name="at" type="time">
    <input name="mood" type="number"></form>`
  const parsed = (kind: string, body: unknown) =>
    kind === 'json' ? typeof body === 'object' : body instanceof URLSearchParams
  const mixed: Asking['target']['ask'] = async (method, path, how) => {
    const body = typeof how?.body === 'string' ? new URLSearchParams(how.body) : how?.body
    const day = body instanceof URLSearchParams ? body.get('day') : null
    const done =
      method === 'GET' ||
      (path === '/api/notes' && parsed('json', body) && !(body instanceof URLSearchParams)) ||
      (path === '/days' && parsed('form', body) && /^\d{4}-\d\d-\d\d$/.test(day ?? '')) ||
      (path === '/hidden' && parsed('form', body))
    return {
      ...{ status: done ? 200 : 500, body: path === '/' ? form : 'no', json: undefined, ms: 0 },
      headers: { 'content-type': path === '/' ? 'text/html' : 'text/plain' },
    }
  }
  const routes = ['GET /', 'POST /api/notes', 'POST /days', 'POST /hidden'].map((route) => {
    const [method, path] = route.split(' ') as [string, string]
    return { method, path, at: '' }
  })
  const { calls, missing } = await tryRoutes(routes, {
    ...{ target: { ask: mixed }, corpus: { tables: [], recorded: [] }, kinds: ['json', 'form'] },
    fieldsOf: () => ['title'],
    unanswered: () => {},
  })
  expect(missing).toEqual([])
  expect(calls.filter(({ body }) => body)).toEqual([
    { method: 'POST', path: '/api/notes', body: { title: 'made up' }, as: 'json' },
    { method: 'POST', path: '/days', body: { day: '2026-01-15', at: '12:00', mood: 1 }, as: 'form' },
    { method: 'POST', path: '/hidden', body: { title: 'made up' }, as: 'form' },
  ])
})

test.each([
  ['is sent with another text than its page shows', '2 cups weekly, again', () => true],
  [
    'is sent as its page shows it where another text is refused',
    '2 cups weekly',
    (text: string | null) => text === '2 cups weekly',
  ],
])('a form %s; the name in its path stays', async (_what, expected, accepts) => {
  const form = `<a href="/plants/Old%20fern">Old fern</a><form method="post" action="/plants/Old%20fern">
    <input name="name" value="Old fern"><textarea name="care">2 cups weekly</textarea></form>`
  const pages: Asking['target']['ask'] = async (method, _path, how) => {
    const done = method === 'GET' || accepts(new URLSearchParams(String(how?.body)).get('care'))
    return {
      ...{ status: done ? 200 : 400, body: method === 'GET' ? form : 'done', json: undefined, ms: 0 },
      headers: { 'content-type': 'text/html' },
    }
  }
  const { calls } = await tryRoutes(
    [
      { method: 'GET', path: '/', at: '' },
      { method: 'POST', path: '/plants/:name', at: '' },
    ],
    {
      ...{ target: { ask: pages }, corpus: { tables: [], recorded: [] }, kinds: ['form'] },
      fieldsOf: () => ['name', 'care'],
      unanswered: () => {},
    },
  )
  expect(calls.filter(({ body }) => body).map(({ body }) => body)).toEqual([
    { name: 'Old fern', care: expected },
  ])
})

test('a key that users choose is changed to one that no row has', async () => {
  const names = new Set(['web', 'urgent'])
  const tags: Asking['target']['ask'] = async (method, path, how) => {
    const { name } = (how?.body ?? {}) as { name?: string }
    const old = decodeURIComponent(path.split('/')[2] ?? '')
    const refused = !name ? 500 : names.has(name) ? 409 : method === 'PUT' && !names.delete(old) ? 404 : 0
    if (!refused) names.add(name!)
    return { status: refused || 200, headers: {}, body: refused ? 'no' : 'yes', json: undefined, ms: 0 }
  }
  const named = (table: string, key: boolean, rows: string[]): CorpusTable => ({
    ...{ name: table, owner: null, rows: rows.map((name) => ({ name })) },
    columns: [{ name: 'name', type: 'text', key, references: null }],
  })
  const routes = ['POST /tags', 'PUT /tags/:name'].map((route) => {
    const [method, path] = route.split(' ') as [string, string]
    return { method, path, at: '' }
  })
  const { missing } = await tryRoutes(routes, {
    ...{ target: { ask: tags }, kinds: ['json'] },
    corpus: {
      tables: [named('categories', false, ['Design', 'Travel']), named('tags', true, ['web', 'urgent'])],
      recorded: [],
    },
    fieldsOf: () => ['name'],
    unanswered: () => {},
  })
  expect(missing).toEqual([])
})

test.each([
  ['a text', 'text', null, 'made up'],
  ['a short text', 'character varying(20)', null, 'made up'],
  ['a number', 'integer', null, 1],
  ['a key of another table', 'text', 'taxes', 1],
])('a field that is named like a key is sent as its column is: %s', async (_, type, references, value) => {
  const { calls } = await tryRoutes([{ method: 'POST', path: '/clients', at: '' }], {
    ...{ target: { ask: sent }, kinds: ['json'] },
    corpus: {
      tables: [
        {
          ...{ name: 'clients', owner: null, rows: [{ vat_id: null }, { vat_id: 'DE811' }] },
          columns: [{ name: 'vat_id', type, key: false, references }],
        },
      ],
      recorded: [],
    },
    fieldsOf: () => ['vat_id'],
    unanswered: () => {},
  })
  expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({ vat_id: value })
})
