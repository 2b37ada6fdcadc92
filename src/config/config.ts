import type { z } from 'zod'
import type { legacy, schema } from './config-schema.js'
import type { owned } from './tables-config.js'

export { parseConfig } from './parse-config.js'

/** What an adopter writes: most of it optional. */
export type ConfigInput = z.input<typeof schema>
/** What the toolkit works with: every default filled in. */
export type Config = z.output<typeof schema>
export type TableConfig = Config['tables'][string]
export type OwnedTable = z.output<typeof owned>
/** How far an owned table's rows are kept apart. */
export type TableEnforcement = NonNullable<OwnedTable['enforcement']>
export type LegacyAnswer = z.output<typeof legacy>

/** The tables with an owner column, by name. */
export function ownedIn({ tables }: Pick<Config, 'tables'>): [string, OwnedTable][] {
  return Object.entries(tables).flatMap(([name, table]) => (isOwned(table) ? [[name, table]] : []))
}

/** The owned tables that everybody signed in reads, and of each row nobody but its owner writes. */
export function readableIn(config: Pick<Config, 'tables'>): string[] {
  return ownedIn(config).flatMap(([name, { access, enforcement = 'enforce' }]) =>
    access === 'readable' && enforcement === 'enforce' ? [name] : [],
  )
}

/** The owned tables whose rows nobody reads but their owner. */
export function privateIn(config: Pick<Config, 'tables'>): string[] {
  return ownedIn(config).flatMap(([name, { access }]) => (access === 'readable' ? [] : [name]))
}

/** The pages of the browser code as the configuration names them, the index first. */
export function pagesIn({ spa }: Pick<Config, 'spa'>): string[] {
  return spa ? [spa.index, ...spa.routes] : []
}

/** Where a browser begins. */
export function indexIn({ spa }: Pick<Config, 'spa'>): string {
  return spa ? spa.index : '/'
}

/** The owned tables whose rows are not kept apart yet, with how far they are. */
export function unenforcedIn(config: Pick<Config, 'tables'>): [string, 'off' | 'report'][] {
  return ownedIn(config).flatMap(([name, { enforcement = 'enforce' }]) =>
    enforcement === 'enforce' ? [] : [[name, enforcement]],
  )
}

/** Types a configuration as it is written; checking happens in `parseConfig`, when the app is wrapped. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}

/** Whether a table has an owner column. */
export function isOwned(table: TableConfig): table is OwnedTable {
  return 'owner' in table
}

/** Whether people log in by a user name alone: nobody is asked for an address. */
export function isByName({ users }: Pick<Config, 'users'>): boolean {
  return users.login === 'username'
}
