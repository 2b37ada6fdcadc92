import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../core/config-error.js'

type Labels = Readonly<Record<string, string>>
interface Described {
  name: string
  help: string
  labelNames: readonly string[]
}

/** What we use of `prom-client`; an optional package, loaded only with METRICS. */
export interface PromClient {
  register: Registry
  Registry?: { prototype: Registry }
  Counter: new (described: Described) => Counter
  Histogram: new (described: Described) => Histogram
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
export interface Histogram {
  observe(labels: Labels, value: number): void
}

const require = createRequire(import.meta.url)
/** Files whose packages are looked at: the program's, one in its folder, this one. */
const PLACES = [process.argv[1], join(process.cwd(), 'app.js'), fileURLToPath(import.meta.url)]
const ENTRY = /[\\/]prom-client[\\/]index\.js$/

/**
 * The app's own copy: one it has loaded, else the one that it would load, else the one beside us. Each copy has a default
 * registry of its own, and the app's figures and ours are to be read in one place.
 *
 * @param loaded files that the process has loaded
 * @throws ConfigError when there is none
 */
export function promClient(places = PLACES, loaded = Object.keys(require.cache)): PromClient {
  const found = places.flatMap((place) => (place ? entryFrom(place) : []))
  const file =
    found.find((entry) => loaded.includes(entry)) ?? loaded.find((entry) => ENTRY.test(entry)) ?? found[0]
  if (file) return require(file)
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
