import type { Kit } from '../core/kit.js'
import { type RefusalCode, watchRefusals } from '../core/process/refusals.js'
import { whenClosed } from '../express/closed.js'
import { type Handler, targetOf } from '../express/handler.js'
import { sentPath } from '../express/path.js'
import { countLogins } from './logins.js'
import { lend } from './own-registries.js'
import { databasePools, type PoolState, poolState } from './pools.js'
import { type Gauge, type Histogram, type Labels, type PromClient, promClient } from './prom-client.js'
import { readers } from './readers.js'
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

/** What a gauge is about, such as a pool, and its labels. Things with the same labels are added up. */
type Things<Thing extends object> = () => Iterable<readonly [Thing, Labels]>

/** Shared by copies of this package, as the metric is. */
const READ = Symbol.for('usertwo.metric.read')
type Read<Thing extends object> = Gauge & { [READ]?: Set<Things<Thing>> }

/** Registers what is read when the figures are, and costs a request nothing: the queue of hashes, and the pools. */
function gauges(kit: Kit, client: PromClient): void {
  const hashing = () => (kit.hashing ? [[kit.hashing, {}] as const] : [])
  type Hashing = NonNullable<Kit['hashing']>
  gauge<Hashing>(
    'auth_hash_queue_waiting',
    'Logins that wait for their password to be hashed.',
    hashing,
    (one) => one.waiting(),
  )
  gauge<Hashing>('auth_hash_queue_running', 'Passwords that are being hashed.', hashing, (one) =>
    one.running(),
  )
  const pools = () => databasePools(kit)
  pool('database_pool_max', 'The most connections that the pool opens.', ({ max }) => max)
  pool('database_pool_size', 'Connections that are open.', ({ size }) => size)
  pool('database_pool_idle', 'Open connections that nothing uses.', ({ idle }) => idle)
  pool('database_pool_waiting', 'Queries and transactions that wait for a connection.', (one) => one.waiting)

  function pool(name: string, help: string, of: (state: PoolState) => number): void {
    gauge(name, help, pools, (one: object) => of(poolState(one)!), ['pool'])
  }
  function gauge<Thing extends object>(
    name: string,
    help: string,
    things: Things<Thing>,
    read: (thing: Thing) => number,
    labelNames: readonly string[] = [],
  ): void {
    const metric = sharedMetric<Read<Thing>>(kit, client, name, () => {
      const collect = function (this: Read<Thing>) {
        collected(this, read)
      }
      return new client.Gauge({ name, help, labelNames, collect })
    })
    if (!metric) return
    metric[READ] ??= new Set()
    metric[READ].add(things)
    kit.onDispose(async () => void metric[READ]?.delete(things))
  }
}

/** Two wrapped apps of a process share the app's pools, which count once. */
function collected<Thing extends object>(metric: Read<Thing>, read: (thing: Thing) => number): void {
  metric.reset()
  const all = new Map([...(metric[READ] ?? [])].flatMap((things) => [...things()]))
  const sums = new Map<string, { labels: Labels; value: number }>()
  for (const [thing, labels] of all) {
    const key = JSON.stringify(labels)
    const sum = sums.get(key) ?? { labels, value: 0 }
    sum.value += read(thing)
    sums.set(key, sum)
  }
  for (const { labels, value } of sums.values()) metric.set(labels, value)
}

/** Each has a zero to start from. A `ScopeError` that the app makes with another code is not counted. */
const CODES: Readonly<Record<RefusalCode, true>> = {
  no_current_user: true,
  job_without_user: true,
  job_refused: true,
  foreign_owner: true,
  forbidden: true,
  foreign_builder: true,
  mixed_users: true,
  transaction_left_open: true,
  binding_does_not_last: true,
  scope_unconfigured: true,
  schema_change_refused: true,
  large_object_refused: true,
  pg_version: true,
  pg_native: true,
  pg_pipeline: true,
  pg_replication: true,
  unhooked_library: true,
  insert_select_needs_columns: true,
  truncate_refused: true,
  users_refused: true,
  raw_refused: true,
  knex_version: true,
  unclassified_table: true,
  table_closed: true,
  foreign_row_in_answer: true,
}

/** Counts what the isolation layers refuse, in the whole process: a database handle belongs to no wrapped app. */
function countRefusals(kit: Kit, client: PromClient): void {
  const help = 'Queries, libraries and answers that the isolation layers refused.'
  const make = (name: string) => new client.Counter({ name, help, labelNames: ['code'] })
  sharedMetric(kit, client, 'isolation_refusals_total', make, (counter) => {
    for (const code of Object.keys(CODES)) counter.inc({ code }, 0)
    return watchRefusals((code) => {
      if (Object.hasOwn(CODES, code)) counter.inc({ code })
    })
  })
}
