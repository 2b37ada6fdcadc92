import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../config/config.js'
import { configSchema } from '../config/config-schema.js'
import { fingerprint } from './fingerprints.js'

/**
 * Returns the fingerprint of a configuration. The order of keys, waivers, and options at their default do
 * not count: an option that a later version adds changes nothing.
 */
export function configPrint(config: Config): string {
  const { waivers: _, ...given } = config
  return fingerprint(canonical(withoutDefaults(given, defaultsOf(given))))
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

function withoutDefaults(given: Values, defaults: Values): Values {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const before = defaults[name]
      if (isValues(value) && isValues(before)) return [[name, withoutDefaults(value, before)]]
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
