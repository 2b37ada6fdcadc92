import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { built } from '../../../test/support/built.js'

const require = createRequire(import.meta.url)
const REPLACE = require.resolve('../../../test/support/replaced-handlers.cjs')

/**
 * Routers mounted twice, in lists and in each other, a whole app behind a handler, a static folder; and what
 * usertwo does to them.
 */
const app = (before: string) => `
const express = require('express')
${before}
const app = express()
const passes = (req, res, next) => next()
const router = express.Router()
router.get('/list', (req, res) => res.end())
router.use('/deeper', express.Router().post('/x', (req, res) => res.end()))
const sub = express()
sub.get('/deep', (req, res) => res.end())
const late = express()
late.use('/in', express.Router().get('/y', (req, res) => res.end()))
app.use(passes, [passes])
app.use('/api', passes, router)
app.use(['/v1', '/v2'], [router])
app.use('/apps', passes, sub, late)
app.use('/files', express.static('public'))
app.use(/^\\/m\\d/, express.Router().get('/in', (req, res) => res.end()))
app.get(['/one', /^\\/two$/], (req, res) => res.end())
app.route('/all').all(passes).get((req, res) => res.end())
app.route('/every').all((req, res) => res.end())
app.route('/guarded/:id').all((req, res, next) => (req.params.id === '0' ? res.status(404).end() : next()))
app.route('/guarded/:id').get((req, res) => res.end())
const behind = express.Router().get('/b', (req, res) => res.end())
behind.use('/in', express.Router().get('/c', (req, res) => res.end()))
app.use('/behind/:key', (req, res, next) => behind(req, res, next))
const whole = express().get('/w', (req, res) => res.end())
app.use('/whole', (req, res, next) => whole(req, res, next))
express.Router().get('/unmounted', (req, res) => res.end())
app.use('/rest', (req, res) => res.end())
app.get('/', (req, res) => res.end('here'))
// Like the guards of phase 2.
for (const layer of (app._router ?? app.router).stack) {
  const { handle } = layer
  if (!layer.route) layer.handle = (req, res, next) => handle(req, res, next)
}
app.listen(process.env.PORT, process.env.HOST)`

test.each([
  ['Express 4', 'express4', ''],
  [
    'Express 4 whose layers keep other handlers than they are given',
    'express4',
    `require(${JSON.stringify(REPLACE)})(express)`,
  ],
  ['Express 5', 'express', ''],
])('every route is known where it is mounted, on %s', async (_, express, before) => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-routes-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(dirname(require.resolve(`${express}/package.json`)), join(folder, 'node_modules', 'express'))
  writeFileSync(join(folder, 'app.cjs'), app(before))
  const { startTarget } = await built<typeof import('../app/target.js')>('proof/gate/app/target.js')
  const target = await startTarget({
    command: ['node', 'app.cjs'],
    cwd: folder,
    env: {},
    orders: { edits: [] },
    health: '/',
  })
  try {
    const hidden = await target.tell('unreached')
    expect(hidden).toContain('/behind/1/usertwo-nowhere')
    for (const path of hidden) await target.ask('GET', path)
    const routes = await target.tell('routes')
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/list',
      'POST /api/deeper/x',
      'GET /v1/list',
      'POST /v1/deeper/x',
      'GET /v2/list',
      'POST /v2/deeper/x',
      'GET /apps/deep',
      'GET /apps/in/y',
      'GET /^\\/m\\d/in',
      'GET /one',
      'GET /^\\/two$/',
      'GET /all',
      'ALL /every',
      'ALL /guarded/:id',
      'GET /guarded/:id',
      'GET /',
      'GET /whole/w',
      'GET /behind/:key/b',
      'GET /behind/:key/in/c',
    ])
    expect(new Set(routes.map(({ at }) => at.replace(/\d+/, 'n')))).toEqual(new Set(['app.cjs:n']))
    expect(await target.tell('mounts')).toEqual([
      { path: '/files', at: expect.stringMatching(/^app\.cjs:\d+$/), folder: join(folder, 'public') },
      { path: '/rest', at: expect.stringMatching(/^app\.cjs:\d+$/), folder: null },
    ])
    for (const [asked, declared] of [
      ['POST /v2/deeper/x', 'POST /v2/deeper/x'],
      ['GET /m1/in', 'GET /^\\/m\\d/in'],
      ['GET /two', 'GET /^\\/two$/'],
      ['PUT /every', 'ALL /every'],
      ['GET /behind/7/in/c', 'GET /behind/:key/in/c'],
      ['GET /whole/w', 'GET /whole/w'],
      ['POST /rest', 'ALL /rest'],
      ['GET /rest/below', 'ALL /rest'],
    ] as const) {
      const [method = '', path = ''] = asked.split(' ')
      expect([asked, (await target.ask(method, path)).headers['x-gate-route']]).toEqual([asked, declared])
    }
    const passedOn = async (method: string, path: string) =>
      (await target.ask(method, path)).headers['x-gate-passed-on']
    expect(await passedOn('POST', '/guarded/1')).toBe('ALL /guarded/:id')
    expect(await passedOn('POST', '/guarded/0')).toBeUndefined()
    expect(await passedOn('GET', '/guarded/1')).toBeUndefined()
  } finally {
    await target.stop()
    rmSync(folder, { recursive: true })
  }
})
