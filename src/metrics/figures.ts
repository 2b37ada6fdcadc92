import type { Kit } from '../core/kit.js'
import { whenClosed } from '../express/closed.js'
import { type Handler, targetOf } from '../express/handler.js'
import { sentPath } from '../express/path.js'
import { gauges } from './gauges.js'
import { countLogins } from './logins.js'
import { lend } from './own-registries.js'
import { type Histogram, promClient } from './prom-client.js'
import { readers } from './readers.js'
import { countRefusals } from './refusals.js'
import { notePassed, routeLabel } from './route-label.js'
import { sharedMetric } from './shared-metric.js'

const METRICS = '/metrics'
/** The status of a request without an answer, because the client disconnected. */
const GONE = '499'

type Measuring = (...given: [...Parameters<Handler>, hasRoute: (path: string) => boolean]) => unknown

export interface Figures {
  /** measures a request until the end of its answer */
  time: Measuring
  /** records which part of the app a request has reached */
  pass: Measuring
  /** answers `GET /metrics` for permitted clients, unless the app has its own route there; others get 404 */
  answer: Measuring
}

/** Counts for one wrapped app, in the default registry of the app's prom-client, and in the app's own registries. */
export function figures(kit: Kit): Figures {
  const client = promClient()
  const { register } = client
  const duration = sharedMetric<Histogram>(kit, client, 'http_request_duration_seconds', (name) => {
    const help = 'From the request to the end of its answer, by the pattern of its route.'
    return new client.Histogram({ name, help, labelNames: ['method', 'route', 'status'] })
  })

  countLogins(kit, client)
  countRefusals(kit, client)
  gauges(kit, client)
  lend(kit, client)

  const { mount, pages } = kit.config.auth
  const own = [`${mount}/sessions`, mount, pages]
  const mayRead = readers(kit.settings)
  return {
    time(req, res, next) {
      const started = performance.now()
      whenClosed(res, () => {
        const status = res.headersSent ? String(res.statusCode) : GONE
        const labels = { method: req.method, route: routeLabel(req, own), status }
        duration?.observe(labels, (performance.now() - started) / 1000)
      })
      next()
    },
    pass(req, _res, next) {
      notePassed(req)
      next()
    },
    async answer(req, res, next, hasRoute) {
      const isAsked = /^(?:GET|HEAD)$/.test(req.method) && sentPath(targetOf(req)) === METRICS
      if (!isAsked || hasRoute(METRICS) || !mayRead(req)) return next()
      const text = await register.metrics()
      res.writeHead(200, { 'Content-Type': register.contentType, 'Cache-Control': 'no-store' })
      res.end(text)
    },
  }
}
