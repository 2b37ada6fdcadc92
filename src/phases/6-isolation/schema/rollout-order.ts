import { type Config, ownedIn, type TableEnforcement, unenforcedIn } from '../../../config/config.js'
import type { Queryable } from '../../../database/catalog/ask.js'
import { findTable, readCatalog } from '../../../database/catalog.js'
import type { Owned } from './plan/ownership-plan.js'
import { owningParents } from './switches.js'

/** The state of the switches. */
export interface Switches {
  /** tables that are not enforced, by name */
  open: Record<string, 'off' | 'report'>
  /**
   * the next one to change, parents before children and otherwise in the order of the configuration; null: all are enforced
   */
  next: { table: string; to: TableEnforcement } | null
}

/** Returns which owned tables are not enforced yet, and which is next. Reads only, at any dial. */
export async function readSwitches(client: Queryable, config: Config): Promise<Switches> {
  const open = Object.fromEntries(unenforcedIn(config))
  if (Object.keys(open).length === 0) return { open, next: null }
  const catalog = await readCatalog(client)
  const owned = ownedIn(config).flatMap(([name, entry]): Owned[] => {
    const table = findTable(catalog, name)
    return table ? [{ ...entry, table, column: null }] : []
  })
  const waits = (name: string) => {
    const one = owned.find(({ table }) => table === findTable(catalog, name))
    return one
      ? owningParents(one, owned).some(({ enforcement = 'enforce' }) => enforcement !== 'enforce')
      : false
  }
  const names = Object.keys(open)
  // Tables that are each other's parents do not wait for each other.
  const table = names.find((name) => !waits(name)) ?? names[0]!
  return { open, next: { table, to: open[table] === 'off' ? 'report' : 'enforce' } }
}

/** `snapshots report; next: snapshots to enforce`. */
export function switchesLine({ open, next }: Switches): string {
  if (!next) return 'every owned table at enforce'
  const each = Object.entries(open).map(([table, at]) => `${table} ${at}`)
  return `${each.join(', ')}; next: ${next.table} to ${next.to}`
}
