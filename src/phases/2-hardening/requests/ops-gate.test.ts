import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import express5, { type Request, type RequestHandler, type RequestParamHandler } from 'express'
import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'
import { express4 } from '../../../../test/support/express4.js'
import { type Hardened, hardened } from '../../../../test/support/hardened.js'
import type { Person } from '../../../core/context.js'

// Express 4 has no types of its own here; what is used of it is the same as in 5.

const routes = { debug: ['/debug'], ops: ['/api/admin', '/api/jobs', '!/api/admin/settings'] }
const OPS_TOKEN = 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u'
const open: Hardened[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose()
})

type Express = typeof express5

function piled(express: Express, env: Record<string, string> = {}, userOf?: (req: Request) => Person | null) {
  const reached: string[] = []
  const app = express()
  app.use(express.json())
  const admin = express.Router()
  admin.use((req, _res, next) => {
    if (!req.path.startsWith('/settings')) reached.push(`admin ${req.url}`)
    next()
  })
  admin.get('/export', (_req, res) => void res.send('export'))
  admin
    .route('/settings')
    .get((_req, res) => void res.send('settings'))
    .put((_req, res) => void res.send('saved'))
  app.use('/api/admin', admin)
  app.get('/debug/5xx-stats', (req, res) => {
    reached.push(`${req.method} ${req.url}`)
    res.json({ headers: req.headers, distinct: req.headersDistinct, total_5xx: 0 })
  })
  const tasks = express.Router()
  tasks.get('/jobs/:id', (_req, res) => void res.send('export'))
  app.use('/api', tasks)
  app.get([/^\/debug\/dump.*/], (req, res) => {
    reached.push(`pattern ${req.url}`)
    res.send('dump total_5xx')
  })
  app.get(['/debug/list', '/debug/list/all'], (req, res) => {
    reached.push(`list ${req.url}`)
    res.send('list total_5xx')
  })
  app.get('/:area/:page', (req, res) => {
    if (/^(?:debug)$/i.test(String(req.params.area))) reached.push(`parameter ${req.url}`)
    res.status(404).send('the app itself: not found')
  })
  app.use('/api', (_req, res) => void res.status(404).json({ detail: 'Not Found' }))
  const wrapped = hardened(app, { env, config: { routes }, userOf })
  open.push(wrapped)
  return { ...wrapped, reached }
}

/** Sends exactly this request line. */
async function raw(server: Server, line: string, headers = ''): Promise<string> {
  if (!server.listening) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.end(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`),
    )
    let text = ''
    socket
      .on('data', (chunk) => (text += chunk))
      .on('error', reject)
      .on('close', () => resolve(text))
  })
}

const TRICKS = [
  '/debug/5xx-stats',
  '/debug/dump',
  'http://x/debug/dump',
  '/debug/list',
  'http://x/debug/list/all',
  '/DEBUG/5xx-stats',
  '/Debug/5XX-Stats',
  '/debug/5xx-stats/',
  '//debug/5xx-stats',
  '/debug//5xx-stats',
  '/%64ebug/5xx-stats',
  '/debug%2f5xx-stats',
  '/debug/5xx%2Dstats',
  '/./debug/5xx-stats',
  '/x/../debug/5xx-stats',
  '/debug/5xx-stats?a=1',
  'http://x/debug/5xx-stats',
  '/debug/5xx-stats%20',
  '/debug/5xx-stats;a=1',
  '/api/admin/export',
  '/API/ADMIN/EXPORT',
  '/api/admin/settings/../export',
  '/api/admin/export/%2e%2e/settings',
  '/api/admin/',
]

for (const [version, express] of [
  ['4', express4],
  ['5', express5],
] as const)
  describe(`debug and ops routes on Express ${version}`, () => {
    it('are reached by no spelling and no method while they are off', async () => {
      const { server, reached } = piled(express)
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS'])
        for (const path of TRICKS) {
          const answer = await raw(server, `${method} ${path}`, 'X-HTTP-Method-Override: GET\r\n')
          expect(answer, `${method} ${path}`).not.toMatch(/total_5xx|^export/m)
        }
      await new Promise((done) => server.close(done))
      expect(reached).toEqual([])
    })

    it('are reached by no value of a parameter that reads as two segments, or as none', async () => {
      const app = express()
      const runs = express.Router()
      const reached: string[] = []
      runs.post('/run', (req, res) => {
        reached.push(req.originalUrl)
        res.end()
      })
      app.use('/api/jobs/:id', runs)
      app.post(['/api/jobs/:id/stop', '/api/jobs/:id/halt'], (req, res) => {
        reached.push(req.originalUrl)
        res.end()
      })
      const ops = ['POST /api/jobs/:id/run', 'POST /api/jobs/:id/stop']
      const one = hardened(app, { config: { routes: { ops } } })
      open.push(one)
      for (const value of ['7', 'a%2fb', 'a%5cb', 'a%252fb', 'a\\b', '..', '.', '%2e%2e', '%2e'])
        for (const below of ['run', 'stop']) await raw(one.server, `POST /api/jobs/${value}/${below}`)
      await new Promise((done) => one.server.close(done))
      expect(reached).toEqual([])
    })

    it('answer as the app answers any unknown path while they are off', async () => {
      const { server } = piled(express)
      const unknown = await request(server).get('/api/nothing/else')
      for (const path of ['/api/admin/export', '/api/jobs/7']) {
        const gated = await request(server).get(path)
        expect([gated.status, gated.text]).toEqual([unknown.status, unknown.text])
      }
    })

    it('are not told by how their name begins: /debugxyz is nobody, on or off (mistake 2)', async () => {
      for (const on of ['true', 'false']) {
        const { server } = piled(express, { ENABLE_DEBUG_ROUTES: on, OPS_TOKEN })
        for (const path of ['/debug', '/debug/', '/debugxyz'])
          expect((await request(server).get(path)).status, `${path}, ${on}`).not.toBe(200)
      }
    })

    it('keep their exceptions', async () => {
      const { server } = piled(express)
      expect((await request(server).get('/api/admin/settings')).text).toBe('settings')
      expect((await request(server).put('/api/admin/settings').send({})).text).toBe('saved')
    })

    it('answer whoever has OPS_TOKEN once they are on, and the app never sees it', async () => {
      const { server } = piled(express, { ENABLE_DEBUG_ROUTES: 'true', OPS_TOKEN })
      expect((await request(server).get('/debug/5xx-stats')).status).toBe(401)
      expect((await request(server).get('/debug/5xx-stats').set('Authorization', 'Bearer no')).status).toBe(
        401,
      )
      const answer = await request(server).get('/debug/5xx-stats').set('Authorization', `Bearer ${OPS_TOKEN}`)
      expect(answer.status).toBe(200)
      expect(answer.body.headers.authorization).toBeUndefined()
      expect(Object.keys(answer.body.distinct)).toEqual(Object.keys(answer.body.headers))
      expect(
        (await request(server).get('/api/admin/export').set('Authorization', `Bearer ${OPS_TOKEN}`)).status,
      ).toBe(404)
    })

    it('answer admins only from phase 4, and OPS_TOKEN no longer', async () => {
      const person = {
        id: 2,
        username: null,
        email: null,
        roles: [],
        permissions: [],
        scopes: null,
        sessionId: 's',
        jti: 'j',
      }
      const env = { USERTWO_PHASE: '4', JWT_SECRET: OPS_TOKEN, ENABLE_DEBUG_ROUTES: 'true', OPS_TOKEN }
      const of = (req: Request): Person | null =>
        req.headers['x-test'] ? { ...person, isAdmin: req.headers['x-test'] === 'admin' } : null
      const { server } = piled(express, env, of)
      const path = '/debug/5xx-stats'
      expect((await request(server).get(path).set('Authorization', `Bearer ${OPS_TOKEN}`)).status).toBe(401)
      expect((await request(server).get(path).set('x-test', 'reader')).status).toBe(403)
      expect((await request(server).get(path).set('x-test', 'admin')).status).toBe(200)
    })
  })

describe.each([
  ['4', express4],
  ['5', express5],
])('callbacks of a router’s parameters on Express %s', (_version, express) => {
  function withParams(env: Record<string, string> = {}) {
    const ran: string[] = []
    const app = express() as ReturnType<Express>
    const router = express.Router()
    const runs =
      (of: string): RequestParamHandler =>
      (_req, res, next, value) => {
        ran.push(`${of} ${value}`)
        if (value === '8') res.status(404).json({ error: 'no job 8, there are 7 and 9' })
        else next()
      }
    app.param('job', runs('app'))
    router.param('run', runs('router'))
    const works: RequestHandler = (req, res) => void res.send(`reached ${JSON.stringify(req.params)}`)
    app.get('/api/jobs/:job', works)
    app.get('/api/admin/settings/:job', works)
    app.get('/open/:job', works)
    router.get('/:run', works)
    app.use('/api/jobs/:job/runs', router)
    app.use((_req, res) => void res.status(404).send('nothing'))
    const one = hardened(app, { env, config: { routes } })
    open.push(one)
    const get = async (path: string, headers = {}) => {
      const { status, text } = await request(one.server).get(path).set(headers)
      return [`${status} ${text.split(' ')[0]}`, ...ran.splice(0)].join(', ')
    }
    return { app, runs, get }
  }

  it('do not run for closed routes, nor answer in their place', async () => {
    const { app, runs, get } = withParams()
    for (const path of ['/api/jobs/7', '/api/jobs/8', '/API/jobs/8', '/api/jobs/8/runs/1', '/api/jobs/%38'])
      expect([path, await get(path)]).toEqual([path, '404 nothing'])
    app.param('job', runs('later'))
    expect(await get('/api/jobs/7')).toBe('404 nothing')
    expect(await get('/open/7')).toBe('200 reached, app 7, later 7')
  })

  it('run as before for open routes, exceptions and routes that are on', async () => {
    const { get } = withParams()
    expect(await get('/open/7')).toBe('200 reached, app 7')
    expect(await get('/open/8')).toMatch(/^404 .*app 8$/)
    expect(await get('/api/admin/settings/7')).toBe('200 reached, app 7')
    expect(await get('/api/admin/settings/a%20b')).toBe('200 reached, app a b')
    const on = withParams({ ENABLE_INTERNAL_OPS_ROUTES: 'true', OPS_TOKEN })
    expect(await on.get('/api/jobs/7')).toMatch(/^401 \S+$/)
    const headers = { authorization: `Bearer ${OPS_TOKEN}` }
    expect(await on.get('/api/jobs/7', headers)).toBe('200 reached, app 7')
    expect(await on.get('/api/jobs/7/runs/1', headers)).toBe('200 reached, app 7, router 1')
  })
})
