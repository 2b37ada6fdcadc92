import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { expect, test } from 'vitest'
import { ask } from '../../../proof/gate/app/http.js'
import { tryRoutes } from './try-routes.js'

const ROUTES = ['GET /', 'GET /:lang/', 'GET /:lang/notes', 'POST /:lang/notes', 'GET /about']

/** The requests that are found for an app whose addresses begin with a language. */
async function dayOf(app: Express, declared = ROUTES, compared = new Map<string, string[]>()) {
  const server = app.listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const routes = declared.map((route) => {
    const [method, path] = route.split(' ') as [string, string]
    return { method, path, at: '' }
  })
  const { calls, missing } = await tryRoutes(routes, {
    target: { ask: (method, path, how) => ask(url, method, path, how) },
    corpus: { tables: [], recorded: [] },
    kinds: ['json'],
    fieldsOf: () => ['text'],
    compared,
    unanswered: () => {},
  })
  server.close()
  // With and without a slash at its end an address is the same route.
  return {
    calls: new Set(calls.map(({ method, path }) => `${method} ${path.replace(/^(\/\w+)$/, '$1/')}`)),
    missing,
  }
}

function inLanguages(...languages: string[]): Express {
  const app = express()
  app.use(express.json())
  app.param('lang', (_req, res, next, lang) =>
    languages.includes(lang) ? next() : res.status(404).send('no such language'),
  )
  app.get('/about', (_req, res) => void res.send('about'))
  app.get('/:lang/', (_req, res) => void res.send('notes'))
  app.get('/:lang/notes', (_req, res) => void res.json([]))
  app.post('/:lang/notes', (_req, res) => void res.status(201).json({}))
  return app
}

test.each(['./ast/', '/ast/', '/ast'])('follows the redirect of the front page to %s', async (place) => {
  const app = inLanguages('ast')
  app.get('/', (_req, res) => res.redirect(place))
  const { calls, missing } = await dayOf(app)
  expect(missing).toEqual([])
  for (const one of ['GET /', 'GET /ast/', 'GET /ast/notes', 'POST /ast/notes', 'GET /about/'])
    expect(calls).toContain(one)
})

test('tries the languages that are common where nothing leads to one', async () => {
  const { calls, missing } = await dayOf(
    inLanguages('fr'),
    ROUTES.filter((route) => route !== 'GET /'),
  )
  expect(missing).toEqual([])
  for (const one of ['GET /fr/', 'GET /fr/notes', 'POST /fr/notes']) expect(calls).toContain(one)
})

test('takes no redirect to another site, or to a route of its own, for a language', async () => {
  for (const place of ['https://elsewhere.example/ast/', '/about']) {
    const app = inLanguages('ast')
    app.get('/', (_req, res) => res.redirect(place))
    const { missing } = await dayOf(app)
    expect(missing.map(({ route }) => route)).toEqual([
      'GET /:lang/',
      'GET /:lang/notes',
      'POST /:lang/notes',
    ])
  }
})

test('tries what the app compares the parameter with, and what the route allows', async () => {
  const routes = ROUTES.filter((route) => route !== 'GET /')
  const all = ['GET /nds/', 'GET /nds/notes', 'POST /nds/notes']
  const compared = await dayOf(inLanguages('nds'), routes, new Map([['lang', ['ast', 'nds']]]))
  const allowed = await dayOf(
    inLanguages('ast', 'nds'),
    routes.map((route) => route.replace(':lang', ':lang(ast|nds)')),
  )
  for (const { calls, missing } of [compared, allowed]) {
    expect(missing).toEqual([])
    for (const one of all) expect(calls).toContain(one)
  }
})
