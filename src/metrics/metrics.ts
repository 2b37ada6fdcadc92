import type { Kit } from '../core/kit.js'
import type { Handler } from '../express/handler.js'
import type { Figures } from './figures.js'

const begun = new WeakMap<Kit, Figures>()

/** Loads the counters. @throws ConfigError if prom-client is not installed */
export async function beginMetrics(kit: Kit): Promise<void> {
  begun.set(kit, (await import('./figures.js')).figures(kit))
}

/** The layers that measure requests, or answer with the figures; null with METRICS off, and before the start. */
export function measured(kit: Kit, what: keyof Figures, hasRoute = (_path: string) => false): Handler | null {
  if (!kit.settings.METRICS) return null
  return function measure(req, res, next) {
    const figures = begun.get(kit)
    return figures ? figures[what](req, res, next, hasRoute) : next()
  }
}
