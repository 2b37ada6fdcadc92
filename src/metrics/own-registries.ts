import type { Kit } from '../core/kit.js'
import { patch } from '../core/process/patch.js'
import { shared } from '../core/process/store.js'
import type { PromClient, Registry } from './prom-client.js'

/** On a usertwo metric: how many wrapped apps of the process share it. */
export const USERS = Symbol.for('usertwo.metric.users')

const HOOK = {
  of: 'prom-client Registry.prototype.metrics',
  versions: 'prom-client 14 and later',
  why: 'the app’s own registry includes the figures of METRICS when its text is read',
}

/** Weak, because an app may merge its registries into a new one for each answer. */
const { lentTo } = shared('own-registries', () => ({ lentTo: new Set<WeakRef<Registry>>() }))

/**
 * Adds usertwo's metrics to a registry of the app when its text is read, which is the first sign of a registry that
 * was made before. If the app uses the default registry, it has them there and this does nothing.
 */
export function lend({ log, onDispose }: Kit, { register, Registry }: PromClient): void {
  if (!Registry) return
  const undo = patch(
    Registry.prototype,
    'metrics',
    (below) =>
      function metrics(this: Registry) {
        if (this !== register && this.contentType === register.contentType) fill(this)
        return below.call(this)
      },
    HOOK,
  )
  onDispose(async () => undo())

  function fill(own: Registry): void {
    const all = register.getMetricsAsArray()
    if (!all.every((metric) => USERS in metric)) return
    const isKnown = registries().includes(own)
    for (const metric of all) {
      const there = own.getSingleMetric(metric.name)
      if (!there) own.registerMetric(metric)
      else if (there !== metric && !isKnown)
        log.warn(`METRICS: the app has a metric ${metric.name} of its own, and keeps it; ours is left out`)
    }
    if (!isKnown) lentTo.add(new WeakRef(own))
  }
}

/** Removes a usertwo metric that has ended from every registry it was added to. */
export function takeBack(metric: object, name: string): void {
  for (const own of registries()) if (own.getSingleMetric(name) === metric) own.removeSingleMetric(name)
}

function registries(): Registry[] {
  return [...lentTo].flatMap((ref) => {
    const own = ref.deref()
    if (!own) lentTo.delete(ref)
    return own ? [own] : []
  })
}
