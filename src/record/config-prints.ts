import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../config/config.js'
import { configSchema } from '../config/config-schema.js'
import { fingerprint } from './fingerprints.js'

/** The fingerprints of a configuration in a record. */
export interface ConfigPrints {
  print: string
  /** as usertwo 0.1.0 would have computed it, without the options added since */
  older: string
}

/** The options whose defaults usertwo 0.1.0 counted as given. */
const COUNTED_BY_0_1: Options = {
  app: { env: true, health: true },
  users: { id: true },
  tables: { '*': { access: true, perUser: true } },
  routes: { public: true, debug: true, ops: true, legacy: true },
  spa: { index: true, routes: true },
  auth: { mount: true, pages: true, header: true, lookUpEvery: true },
  flows: true,
}
interface Options {
  [option: string]: true | Options
}

/**
 * Returns the fingerprints of a configuration. The order of keys, waivers, and options at their default do
 * not count: an option that a later version adds changes nothing.
 */
export function configPrints(config: Config): ConfigPrints {
  const { waivers: _, ...given } = config
  const defaults = defaultsOf(given)
  return {
    print: fingerprint(canonical(withoutDefaults(given, defaults, {}))),
    older: fingerprint(canonical(withoutDefaults(given, defaults, COUNTED_BY_0_1))),
  }
}

/** The same configuration with only its required options. */
function defaultsOf({ app, owner, users, tables }: Omit<Config, 'waivers'>): Values {
  const named = Object.entries(tables).map(([name, table]) => [
    name,
    'owner' in table ? { owner: table.owner } : { access: table.access },
  ])
  // Not with `parseConfig`, which a gate replaces to give an app another configuration.
  return configSchema.parse({
    app: { start: app.start },
    owner,
    users: { table: users.table },
    tables: Object.fromEntries(named),
  }) as unknown as Values
}

type Values = Record<string, unknown>
const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param counted options that are kept even at their default */
function withoutDefaults(given: Values, defaults: Values, counted: Options): Values {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const kept = counted[name] ?? counted['*']
      if (kept === true) return [[name, value]]
      const before = defaults[name]
      if (isValues(value) && isValues(before)) return [[name, withoutDefaults(value, before, kept ?? {})]]
      return REQUIRED.has(name) || !isDeepStrictEqual(value, before) ? [[name, value]] : []
    }),
  )
}

/** Required options are never defaults, although the defaults were computed with them. */
const REQUIRED = new Set(['start', 'id', 'table', 'owner', 'access'])

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (isValues(value))
    return `{${Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
      .join(',')}}`
  return JSON.stringify(value) ?? 'null'
}
