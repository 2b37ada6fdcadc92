import type { Knex } from 'knex'
import type { Kit } from '../core/kit.js'
import { whenClosed } from '../express/closed.js'
import { type Handler, targetOf } from '../express/handler.js'
import { sentPath } from '../express/path.js'
import { lend, takeBack, USERS } from './own-registries.js'
import { type Counter, type Histogram, type PromClient, promClient } from './prom-client.js'
import { readers } from './readers.js'
import { notePassed, routeLabel } from './route-label.js'

const METRICS = '/metrics'
/** The status of a request without an answer, because the client disconnected. */
const GONE = '499'

/** All failures, by the code of their answer, so that an alert has a zero to start from. */
const REASONS = {
  login_failed: 'invalid_credentials',
  login_unverified: 'email_not_verified',
  login_throttled: 'rate_limited',
} as const
/** Events that end a login early. */
const REVOCATIONS = ['logout', 'session_revoked', 'password_reset', 'password_changed', 'refresh_reused']

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
  const logins = counter('auth_login_success_total', 'Logins that began.', ['provider'])
  const failures = counter('auth_login_fail_total', 'Logins that were refused.', ['reason'])
  const rotations = counter('auth_refresh_rotations_total', 'Refresh tokens that were exchanged.')
  const revocations = counter('auth_revocations_total', 'Logins that were ended before their time.')
  const duration = ours<Histogram>(kit, client, 'http_request_duration_seconds', (name) => {
    const help = 'From the request to the end of its answer, by the pattern of its route.'
    return new client.Histogram({ name, help, labelNames: ['method', 'route', 'status'] })
  })

  function counter(name: string, help: string, labelNames: readonly string[] = []): Counter | null {
    return ours<Counter>(kit, client, name, () => new client.Counter({ name, help, labelNames }))
  }
  function note(what: string): void {
    if (what === 'login') logins?.inc({ provider: 'password' })
    else if (what === 'refreshed') rotations?.inc({})
    else if (what in REASONS) failures?.inc({ reason: REASONS[what as keyof typeof REASONS] })
    else if (REVOCATIONS.includes(what)) revocations?.inc({})
  }
  lend(kit, client)
  logins?.inc({ provider: 'password' }, 0)
  for (const reason of Object.values(REASONS)) failures?.inc({ reason }, 0)
  kit.count = (what, on) => {
    const { isTransaction, executionPromise } = (on ?? {}) as Partial<Knex.Transaction>
    if (isTransaction && executionPromise)
      executionPromise.then(
        () => note(what),
        () => {},
      )
    else note(what)
  }

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

/**
 * Registers a metric of the process: shared by all its wrapped apps, removed with the last of them.
 *
 * @returns null if the app has a metric of that name, whose meaning is the app's
 */
function ours<Metric extends object>(
  { log, onDispose }: Kit,
  { register }: PromClient,
  name: string,
  make: (name: string) => Metric,
): Metric | null {
  const known = register.getSingleMetric(name) as (Metric & { [USERS]?: number }) | undefined
  if (known && !(USERS in known)) {
    log.warn(`METRICS: the app has a metric ${name} of its own, and keeps it; ours is left out`)
    return null
  }
  const metric: Metric & { [USERS]?: number } = known ?? make(name)
  metric[USERS] = (metric[USERS] ?? 0) + 1
  onDispose(async () => {
    metric[USERS] = (metric[USERS] ?? 1) - 1
    if (metric[USERS] > 0) return
    register.removeSingleMetric(name)
    takeBack(metric, name)
  })
  return metric
}
