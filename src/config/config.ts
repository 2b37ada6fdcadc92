import type { z } from 'zod'
import type { owned } from '../phases/6-isolation/config/tables-config.js'
import type { retired } from '../phases/7-legacy/config.js'
import type { configSchema } from './config-schema.js'

export { parseConfig } from './parse-config.js'

/** The configuration as written: most of it is optional. */
export type ConfigInput = z.input<typeof configSchema>
/** The configuration with every default filled in. */
export type Config = z.output<typeof configSchema>
export type TableConfig = Config['tables'][string]
export type OwnedTable = z.output<typeof owned>
/** How strictly an owned table's rows are separated. */
export type TableEnforcement = NonNullable<OwnedTable['enforcement']>
export type LegacyAnswer = z.output<typeof retired>

/** The tables with an owner column, by name. */
export function ownedIn({ tables }: Pick<Config, 'tables'>): [string, OwnedTable][] {
  return Object.entries(tables).flatMap(([name, table]) => (isOwned(table) ? [[name, table]] : []))
}

/** Returns the owned tables whose rows all logged-in users read, and only the owner writes. */
export function readableIn(config: Pick<Config, 'tables'>): string[] {
  return ownedIn(config).flatMap(([name, { access, enforcement = 'enforce' }]) =>
    access === 'readable' && enforcement === 'enforce' ? [name] : [],
  )
}

/** Returns the owned tables whose rows only their owner reads. */
export function privateIn(config: Pick<Config, 'tables'>): string[] {
  return ownedIn(config).flatMap(([name, { access }]) => (access === 'readable' ? [] : [name]))
}

/** Returns the pages of the browser code as the configuration names them, the index first. */
export function pagesIn({ spa }: Pick<Config, 'spa'>): string[] {
  return spa ? [spa.index, ...spa.routes] : []
}

/** Returns the page where a browser begins. */
export function indexIn({ spa }: Pick<Config, 'spa'>): string {
  return spa ? spa.index : '/'
}

/** Returns the owned tables with rows not separated yet, with their current state. */
export function unenforcedIn(config: Pick<Config, 'tables'>): [string, 'off' | 'report'][] {
  return ownedIn(config).flatMap(([name, { enforcement = 'enforce' }]) =>
    enforcement === 'enforce' ? [] : [[name, enforcement]],
  )
}

/** Returns the tables in which express-session keeps sessions that are not a login. */
export function sessionTablesIn({ tables }: Pick<Config, 'tables'>): string[] {
  return Object.entries(tables).flatMap(([name, { access }]) => (access === 'session' ? [name] : []))
}

/** Whether requests without a login may work on a user's data: by their own secret, or signed by another service. */
export function admitsWithoutLogin({ routes }: Pick<Config, 'routes'>): boolean {
  return routes.links !== undefined || routes.hooks !== undefined
}

/** Types a configuration while it is written; `parseConfig` checks it when the app is wrapped. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}

/** Whether a table has an owner column. */
export function isOwned(table: TableConfig): table is OwnedTable {
  return 'owner' in table
}

/** Whether users log in by a user name alone: no address is requested. */
export function isByName({ users }: Pick<Config, 'users'>): boolean {
  return users.login === 'username'
}
