import type { Kit } from '../core/kit.js'
import { databasePools, type PoolState, poolState } from './pools.js'
import type { Gauge, Labels, PromClient } from './prom-client.js'
import { sharedMetric } from './shared-metric.js'

/** What a gauge is about, such as a pool, and its labels. Things with the same labels are added up. */
type Things<Thing extends object> = () => Iterable<readonly [Thing, Labels]>

/** Shared by copies of this package, as the metric is. */
const READ = Symbol.for('usertwo.metric.read')
type Read<Thing extends object> = Gauge & { [READ]?: Set<Things<Thing>> }

/** Registers what is read when the figures are, and costs a request nothing: the queue of hashes, and the pools. */
export function gauges(kit: Kit, client: PromClient): void {
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
