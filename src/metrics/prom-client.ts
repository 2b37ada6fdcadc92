import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../core/config-error.js'
import { refuseOtherVersions } from '../core/optional/optional-package.js'

export type Labels = Readonly<Record<string, string>>
interface Described {
  name: string
  help: string
  labelNames: readonly string[]
}

/** The parts of `prom-client` that are used; an optional package, loaded only with METRICS. */
export interface PromClient {
  register: Registry
  Registry?: { prototype: Registry }
  Counter: new (described: Described) => Counter
  Histogram: new (described: Described) => Histogram
  Gauge: new (described: Described & { collect(this: Gauge): void }) => Gauge
}
export interface Registry {
  contentType: string
  metrics(): Promise<string>
  getMetricsAsArray(): { name: string }[]
  getSingleMetric(name: string): object | undefined
  registerMetric(metric: object): void
  removeSingleMetric(name: string): void
}
export interface Counter {
  inc(labels: Labels, by?: number): void
}
export interface Gauge {
  reset(): void
  set(labels: Labels, value: number): void
}
export interface Histogram {
  observe(labels: Labels, value: number): void
}

const require = createRequire(import.meta.url)
/** Files from which the package is resolved: the program, one in its folder, this one. */
const PLACES = [process.argv[1], join(process.cwd(), 'app.js'), fileURLToPath(import.meta.url)]
const ENTRY = /[\\/]prom-client[\\/]index\.js$/

/**
 * Returns the app's own copy: one it has loaded, otherwise the one it would load, otherwise usertwo's. Each
 * copy has its own default registry, and the app's figures and usertwo's belong in one place.
 *
 * @param loaded files that the process has loaded
 * @throws ConfigError if none is installed
 */
export function promClient(places = PLACES, loaded = Object.keys(require.cache)): PromClient {
  const found = places.flatMap((place) => (place ? entryFrom(place) : []))
  const file =
    found.find((entry) => loaded.includes(entry)) ?? loaded.find((entry) => ENTRY.test(entry)) ?? found[0]
  if (file) {
    refuseOtherVersions('METRICS=true', ['prom-client'], file)
    return require(file)
  }
  throw new ConfigError('The environment is not usable', [
    'METRICS=true, but the package prom-client cannot be found; run: npm install prom-client, or leave METRICS off',
  ])
}

function entryFrom(place: string): string[] {
  try {
    return [createRequire(place).resolve('prom-client')]
  } catch {
    return [] // not installed there
  }
}
