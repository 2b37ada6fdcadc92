import type { Kit } from '../core/kit.js'
import { takeBack, USERS } from './own-registries.js'
import type { PromClient } from './prom-client.js'

/**
 * Registers a metric of the process: shared by all its wrapped apps, removed with the last of them.
 *
 * @param begin called with a metric that was made; what it returns is called when the metric is removed
 * @returns null if the app has a metric of that name, whose meaning is the app's
 */
export function sharedMetric<Metric extends object>(
  { log, onDispose }: Kit,
  { register }: PromClient,
  name: string,
  make: (name: string) => Metric,
  begin: (metric: Metric) => () => void = () => () => {},
): Metric | null {
  const known = register.getSingleMetric(name) as (Metric & Used) | undefined
  if (known && !(USERS in known)) {
    log.warn(`METRICS: the app has a metric ${name} of its own, and keeps it; ours is left out`)
    return null
  }
  const metric: Metric & Used = known ?? make(name)
  if (!known) metric[END] = begin(metric)
  metric[USERS] = (metric[USERS] ?? 0) + 1
  onDispose(async () => {
    metric[USERS] = (metric[USERS] ?? 1) - 1
    if (metric[USERS] > 0) return
    metric[END]?.()
    register.removeSingleMetric(name)
    takeBack(metric, name)
  })
  return metric
}

/** Shared by copies of this package, as the metric is. */
const END = Symbol.for('usertwo.metric.end')

interface Used {
  [USERS]?: number
  [END]?: () => void
}
