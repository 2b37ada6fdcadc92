import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express5, { type Request, type RequestHandler, type Response } from 'express'
import { exclusionOf } from '../../proof/attack/campaign/exclusions.js'
import { openSpider } from '../../proof/attack/campaign/spider.js'
import { dangerousRoutes } from '../../proof/checks/1-inventory/dangerous-routes.js'
import { gatedDifferences } from '../../proof/checks/2-hardening/gate.js'
import { legacyDifferences } from '../../proof/checks/7-legacy/gate.js'
import { matches } from '../../proof/gate/traffic/compare.js'
import { routeOf } from '../../proof/inventory/client-calls.js'
import type { ConfigInput } from '../../src/config/config.js'
import type { Person } from '../../src/core/context.js'
import { Problem, sendProblem } from '../../src/core/problem.js'
import { asInnerApp, callInner } from '../../src/express/inner-app.js'
import { guardMatched } from '../../src/express/matched.js'
import { isPublic } from '../../src/express/public-route.js'
import { opsGate } from '../../src/phases/2-hardening/requests/ops-gate.js'
import { pageRateLimit, publicRateLimit } from '../../src/phases/2-hardening/requests/rate-limit.js'
import { guard } from '../../src/phases/5-pages/guard.js'
import { retireRoutes } from '../../src/phases/7-legacy/legacy.js'
import { spaRoutes } from '../../src/phases/7-legacy/spa-routes.js'
import { express4 } from './express4.js'
import { testKit } from './hardened.js'
import { bytesOf, type Variant } from './path-variants.js'
import { rawRequest, statusOf } from './raw-http.js'

/**
 * One of each: debug, ops with exceptions, open, retired in every way, pages with and without a parameter.
 */
const CONFIG: Partial<ConfigInput> = {
  routes: {
    public: ['GET /health', 'POST /hook', '/about'],
    debug: ['/debug'],
    ops: [
      '/api/admin',
      '!/api/admin/settings',
      '/api/tasks',
      '!GET /api/tasks/metrics',
      'POST /api/jobs/:id/run',
      'POST /api/jobs/:id/list',
    ],
    legacy: {
      'GET /api/old/:id': 410,
      'POST /api/rate': { redirect: '/rate' },
      'GET /api/old/:id/page': 410,
      'GET /list/one': 404,
      'GET /list/:id': 404,
      'GET /whole/page': 410,
      'GET /kept': 'protect',
    },
  },
  spa: { index: '/', routes: ['/queue', '/sessions/:id'] },
}

const OPEN = ['GET /health', 'POST /hook', 'GET /about', 'GET /api/admin/settings', 'GET /api/tasks/metrics']
const GATED = [
  'GET /debug/stats',
  'GET /debug/list',
  'GET /debug/whole',
  'POST /api/admin/import',
  'DELETE /api/tasks/7',
  'POST /api/jobs/7/run',
]
const RETIRED = ['GET /api/old/7', 'POST /api/rate', 'GET /list/one', 'GET /whole/page', 'GET /kept']
const PAGES = ['GET /', 'GET /queue', 'GET /sessions/7']
/** What the variants mean. */
export const MEANT = [...OPEN, ...GATED, ...RETIRED, ...PAGES]

/** What the variants do not have: values of parameters that are read as more than one segment, or as none. */
export const BESIDE: Variant[] = [
  ...['a%2fb', 'a%5cb', '..', '.', '%2e%2e', '%2e', 'a%252fb', 'a\\b'].flatMap((value) => [
    `POST /api/jobs/${value}/run`,
    `POST /api/jobs/${value}/list`,
    `GET /api/old/${value}`,
    `GET /api/old/${value}/page`,
    `GET /list/${value}`,
    `GET /sessions/${value}`,
    `DELETE /api/tasks/${value}`,
  ]),
  'GET /debug\\list#',
  'GET http://x/debug\\whole',
  'GET /list\\one#',
  'POST http://x/api\\rate',
  'GET /QUEUE/',
  'GET //queue',
  'GET http://x/queue',
  'GET /sessions/',
  'GET /sessions/7/8',
].map((line) => ({
  route: line,
  line: `${line} HTTP/1.1`,
  headers: [],
  body: '',
  tricks: ['value of a parameter'],
}))

/** The routes, declared in every way there is: text, routers, a list, a pattern, a whole app inside. */
function declaredOn(express: typeof express5): RequestListener {
  const app = express()
  const [admin, jobs, old, page] = [express.Router(), express.Router(), express.Router(), express.Router()]
  const whole = express()
  const says =
    (name: string): RequestHandler =>
    (_req, res) =>
      void res.set('X-Reached', name).send(name)
  for (const path of ['/health', '/about', '/kept', '/queue', '/sessions/:id', '/'])
    app.get(path, says('open'))
  app.post('/hook', says('open'))
  app.get('/debug/stats', says('gated'))
  app.get(['/debug/list', '/debug/list/all'], says('gated'))
  app.get(/^\/debug\/dump/, says('gated'))
  whole.get('/debug/whole', says('gated'))
  whole.get('/whole/page', says('retired'))
  admin.post('/import', says('gated'))
  admin.all('/settings', says('open'))
  app.use('/api/admin', admin)
  app.get('/api/tasks/metrics', says('open'))
  app.all('/api/tasks/:id', says('gated'))
  jobs.post('/run', says('gated'))
  app.post(['/api/jobs/:id/list', '/api/jobs/:id/lists'], says('gated'))
  app.use('/api/jobs/:id', jobs)
  old.get('/:id', says('retired'))
  app.use('/api/old', old)
  page.get('/page', says('retired'))
  app.use('/api/old/:id', page)
  app.post('/api/rate', says('retired'))
  app.get(['/list/one', '/list/:id'], says('retired'))
  app.use(whole)
  app.get('/:area/:page', says('other'))
  app.use((_req: Request, res: Response) => void res.status(404).send('nothing'))
  return app
}

const person: Person = {
  id: 1,
  username: null,
  email: 'a@example.com',
  isAdmin: false,
  roles: [],
  permissions: [],
  scopes: null,
  sessionId: '1',
  jti: '1',
}

/** The answers of one reader to all variants: one letter each. */
export type Answers = string
type Reader = (variants: readonly Variant[]) => Promise<Answers>

/** The app behind one layer that relies on the matched route, over a real socket. */
function behind(express: typeof express5, make: typeof opsGate): Reader {
  return async (variants) => {
    const inner = asInnerApp(declaredOn(express))
    const layer = make(testKit({ config: CONFIG, userOf: () => person }))
    guardMatched(inner, (_route, req, res, next, skip) =>
      layer(req as Request, res as Response, (error) => {
        if (error === 'route') skip()
        else if (error instanceof Problem) sendProblem(req as Request, res as Response, error)
        else next(error)
      }),
    )
    const outer = express5()
    outer.use((req, res) => callInner(inner, req, res))
    const server = createServer(outer)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const letters: string[] = []
    for (let from = 0; from < variants.length; from += 8)
      letters.push(
        ...(await Promise.all(
          variants.slice(from, from + 8).map(async (one) => letterOf(await rawRequest(port, bytesOf(one)))),
        )),
      )
    await new Promise((done) => server.close(done))
    return letters.join('')
  }
}

/** g, t, o: a gated handler was reached, a retired one, another one; else what answered in its place. */
function letterOf(answer: string): string {
  const status = statusOf(answer)
  const [, reached] = /^X-Reached: (\w)/m.exec(answer) ?? []
  // By other methods the router answers itself (OPTIONS).
  if (reached) return { g: 'g', r: 't' }[reached] ?? 'o'
  return { 200: '2', 404: '.', 410: '0', 302: '3', 303: '3', 401: '1', 400: 'b' }[status] ?? '?'
}

type Asked = Pick<Request, 'method' | 'url' | 'originalUrl' | 'headers'>

/** A layer in front of the app, asked with a request as Node would give it. */
function inFront(
  ask: (req: Request) => string | Promise<string>,
  headers: Record<string, string> = {},
): Reader {
  return async (variants) => {
    const letters: string[] = []
    for (const { line } of variants) {
      const [, method = '', url = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(line) ?? []
      const socket = { remoteAddress: '127.0.0.1' }
      const asked: Asked & object = { method, url, originalUrl: url, headers, socket } as never
      letters.push(await ask(asked as Request))
    }
    return letters.join('')
  }
}

/** `.`: passed on at once; `x`: the layer did something. */
function passes(layer: RequestHandler, isPassed: (req: Request, touched: boolean) => boolean) {
  return async (req: Request) => {
    let touched = false
    const res = new Proxy({} as Response, {
      get: (_, name) => {
        if (name === 'then' || name === 'headersSent') return undefined
        return () => {
          touched = true
          return name === 'getHeader' ? undefined : res
        }
      },
    })
    let over = () => {}
    const end = new Promise<void>((done) => (over = done))
    await layer(req, res, () => over())
    if (!touched) await end
    return isPassed(req, touched) ? '.' : 'x'
  }
}
const BROWSER = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
const kit = () => testKit({ config: CONFIG, env: { USERTWO_PHASE: '4', JWT_SECRET: 'x'.repeat(40) } })
const untouched = (_req: Request, touched: boolean) => !touched

/** Every reader of paths of a configuration, by name. */
export function readers(): Record<string, Reader> {
  const { config } = kit()
  const open = isPublic(config)
  const differences = [...gatedDifferences(config), ...legacyDifferences(config)]
  const alone = exclusionOf(config)
  const routes = [...MEANT, 'POST /api/jobs/:id/run', 'GET /sessions/:id', 'ALL /api/tasks/:id'].map(
    (route) => {
      const [method = '', path = ''] = route.split(' ')
      return { method, path, at: '' }
    },
  )
  return {
    'ops gate, Express 4': behind(express4, opsGate),
    'ops gate, Express 5': behind(express5, opsGate),
    'legacy, Express 4': behind(express4, retireRoutes),
    'legacy, Express 5': behind(express5, retireRoutes),
    'public routes': inFront((req) => (open(req) ? 'p' : '.')),
    'limit of what is open': inFront(passes(publicRateLimit(kit()), untouched)),
    'limit of pages': inFront(passes(pageRateLimit(kit()), untouched)),
    'page guard': inFront(passes(guard(kit()), untouched), { accept: '*/*' }),
    'pages of the browser code': inFront(
      passes(spaRoutes(kit()), ({ url, originalUrl }) => url === originalUrl),
      BROWSER,
    ),
    'declared differences': inFront(({ method, url }) =>
      differences.some(({ route }) => matches(route, `${method} ${url.split('?')[0]}`)) ? 'd' : '.',
    ),
    'dangerous routes': inFront(async ({ method, url }) => {
      const found = await dangerousRoutes.run({
        config,
        routes: async () => [{ method, path: url.split('?')[0], at: '' }],
      } as never)
      return found.problems.length ? 'u' : found.notes?.length ? 's' : '.'
    }),
    spider: inFront(async ({ method, url }) => {
      const people = () => Promise.reject(new Error('asked'))
      const gate = { people, config, phase: 6 }
      const spider = openSpider({ gate, target: { url: '' }, secretsOf: people } as never, routes)
      return await spider
        .after(
          { method: 'POST', path: '/' } as never,
          { status: 200, body: `"${url}"`, headers: {} } as never,
        )
        .then(
          () => '.',
          () => (method ? 'a' : '.'),
        )
    }),
    'exclusions of attacks': inFront(({ method, url }) => alone(method, url)?.kind[1] ?? '.'),
    'route of a call': inFront(({ method, url }) => (routeOf(method, url, routes) ? 'r' : '.')),
  }
}
