import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StartedTarget } from '../proof/gate/app/target.js'
import type { Config } from '../src/config/config.js'
import { classifier } from '../src/phases/2-hardening/routes.js'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import { hardened } from './support/hardened.js'
import { bytesOf, pathVariants, type Variant } from './support/path-variants.js'
import { freshDatabase } from './support/postgres.js'
import { rawRequest, statusOf } from './support/raw-http.js'

const COUNT = 1_000
const SEED = 20_261_120
const OPS_TOKEN = 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u'
const ON = { ENABLE_DEBUG_ROUTES: 'true', ENABLE_INTERNAL_OPS_ROUTES: 'true', OPS_TOKEN }

/** A real server whose gated handlers count their calls. */
interface Counted {
  port: number
  /** `METHOD /declared/path` of each call of a gated handler */
  reached(): string[]
  stop(): Promise<unknown>
}

/** Sends all variants, eight at a time, and returns how the server answered. */
async function sendAll(
  port: number,
  variants: Variant[],
  headers: string[] = [],
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  let next = 0
  const worker = async () => {
    while (next < variants.length) {
      const status = statusOf(await rawRequest(port, bytesOf(variants[next++]!, headers)))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return statuses
}

const told = (statuses: Map<number, number>) =>
  [...statuses]
    .sort()
    .map(([status, times]) => `${status || 'no answer'} × ${times}`)
    .join(', ')

const pile: { app?: ComicPile; url?: string } = {}
let config: Config
let gated: string[]

beforeAll(async () => {
  pile.app = await comicPile()
  config = pile.app.config
  pile.url = (await freshDatabase()).url
  await pile.app.seed(pile.url)
  const target = await pile.app.start({ url: pile.url, dial: 2 })
  const { classify } = classifier(config)
  const routes = await (target as StartedTarget).tell('routes')
  gated = routes
    .filter(({ method, path }) => classify(method, path) !== 'open')
    .map(({ method, path }) => `${method} ${path.replace(/:\w+/g, '999')}`)
  await target.stop()
})
afterAll(() => pile.app?.stop())

const HANDLERS = ['debug', 'tasks', 'ops', 'admin', 'imports', 'exports']
/** Each handler of these files says that it was called, past every redaction, before anything else. */
const COUNTERS = HANDLERS.map((name) => ({
  file: `server/routes/${name}.js`,
  find: '\nexport default router',
  replace: `
for (const { route } of router.stack.filter((layer) => layer.route))
  for (const layer of route.stack) {
    const handler = layer.handle
    layer.handle = (req, res, next) => {
      process._rawDebug('HANDLER ' + req.method + ' ' + req.baseUrl + [].concat(route.path)[0])
      return handler(req, res, next)
    }
  }
export default router`,
}))

async function comicPileOn4(env: Record<string, string>): Promise<Counted> {
  const target = await pile.app!.start({ url: pile.url!, dial: 2, env, edits: COUNTERS })
  const { classify } = classifier(config)
  return {
    port: Number(new URL(target.url).port),
    reached: () =>
      [...target.output().matchAll(/^HANDLER (\S+) (\S+)$/gm)]
        .filter(([, method, path]) => classify(method!, path!) !== 'open')
        .map(([, method, path]) => `${method} ${path!.toLowerCase()}`),
    stop: target.stop,
  }
}

/**
 * The same routes on Express 5: routers under mounts, a list, a pattern, and a whole app mounted in the app.
 */
async function shapesOn5(env: Record<string, string>): Promise<Counted> {
  const reached: string[] = []
  const count: RequestHandler = (req, res) => {
    reached.push(`${req.method} ${req.originalUrl}`)
    res.json({ reached: true })
  }
  const app = express()
  app.enable('strict routing')
  app.use(express.json(), express.urlencoded({ extended: false }))
  app.get('/health', (_req, res) => void res.send('ok'))
  const [debug, api] = [express.Router({ strict: true }), express.Router({ strict: true })]
  const whole = express()
  for (const route of gated) {
    const [method = '', path = ''] = route.toLowerCase().split(' ')
    const [router, below] = path.startsWith('/api/') ? [api, path.slice(4)] : [debug, path.slice(6)]
    ;(router as unknown as Record<string, (path: string, handler: RequestHandler) => void>)[method]!(
      below.replace('999', ':id'),
      count,
    )
  }
  api.get(['/tasks/list/done', '/tasks/list/open'], count)
  debug.get(/^\/dump/, count)
  whole.all('/api/admin/whole', count)
  app.use('/debug', debug)
  app.use('/api', api)
  app.use(whole)
  const open: RequestHandler = (_req, res) => void res.json({ open: true })
  app.all(['/api/admin/settings', '/api/tasks/metrics'], open)
  app.use((_req, res) => void res.status(404).json({ detail: 'Not Found' }))
  const { routes } = config
  const { server, dispose } = hardened(app, { env, config: { routes } })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: ((server as Server).address() as AddressInfo).port,
    reached: () => reached,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await dispose()
    },
  }
}

describe.each([
  ['4, comic-pile itself', comicPileOn4, [] as string[]],
  [
    '5, the same routes',
    shapesOn5,
    ['GET /api/tasks/list/done', 'GET /debug/dump', 'POST /api/admin/whole', 'GET /api/admin/whole'],
  ],
])('gated routes on Express %s', (name, start, more) => {
  const variants = () => pathVariants([...gated, ...more], COUNT, SEED)

  it(`are reached by none of ${COUNT} spellings while they are off`, async () => {
    const server = await start({})
    const statuses = await sendAll(server.port, variants())
    const reached = server.reached()
    await server.stop()
    console.log(
      `Express ${name}: ${COUNT} variants of ${gated.length + more.length} routes, off: ${reached.length} reached a handler (${told(statuses)})`,
    )
    expect(reached).toEqual([])
  })

  it('are reached by the same spellings once they are on: the variants mean what they say', async () => {
    const server = await start(ON)
    const statuses = await sendAll(server.port, variants(), [`Authorization: Bearer ${OPS_TOKEN}`])
    const reached = server.reached()
    await server.stop()
    console.log(`Express ${name}: on: ${reached.length} reached a handler (${told(statuses)})`)
    expect(reached.length).toBeGreaterThan(COUNT / 8)
  })

  it('need the token once they are on', async () => {
    const server = await start(ON)
    await sendAll(server.port, variants())
    const reached = server.reached()
    await server.stop()
    expect(reached).toEqual([])
  })
})
