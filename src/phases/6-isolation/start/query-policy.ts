import type { Config } from '../../../config/config.js'
import { isOwned, type OwnedTable, unenforcedIn } from '../../../config/config.js'
import { partitionsOf } from '../../../database/catalog/partitions.js'
import { type Catalog, findTable, type Table } from '../../../database/catalog.js'
import type { KeyPolicy, QueryPolicy, TableAccess } from '../query/policy.js'
import { tellingKeys } from '../schema/keys/by-key.js'
import { madeKeys } from '../schema/keys/made-keys.js'
import type { PerUserUnique } from '../schema/keys/per-user-indexes.js'
import { isForRequests } from '../schema/rights/views-for-requests.js'
import type { Counters } from '../usage/counters.js'

/** What the query layer must know, by table, from the configuration and the catalog. */
export function queryPolicy(
  config: Config,
  catalog: Catalog,
  uniques: readonly PerUserUnique[],
  counters: Counters,
): QueryPolicy {
  const { access, owned } = classesOf(config)
  const wholes = wholesOf(config, catalog)
  const whole = (name: string) => wholes.get(name) ?? name
  for (const [part, name] of wholes) if (owned.has(name)) owned.set(part, owned.get(name)!)
  const open = unenforcedIn(config).map(([table]) => table)
  const columns = new Map(catalog.tables.map((table) => [table.name, table.columns.map(({ name }) => name)]))
  const parents = new Map(catalog.tables.map((table) => [table.name, parentsOf(table)]))
  const keys = keysOf(config, catalog)
  const views = viewsForRequests(config, catalog)
  const perUser = perUserUniques(uniques, owned)
  const telling = new Map(
    catalog.tables
      .filter(({ name }) => access.get(name) === 'readable')
      .map((table) => [table.name, tellingKeys(table, owned.get(table.name)!)]),
  )
  return {
    owned,
    usersTable: config.users.table,
    open: new Set([...open, ...[...wholes.keys()].filter((part) => open.includes(whole(part)))]),
    ownerId: config.owner.id,
    rawQueries: config.rawQueries,
    access: (name) => access.get(whole(name)),
    isView: (name) => views.has(name),
    columns: (name) => columns.get(name),
    parents: (name) => parents.get(whole(name)),
    keys: (name) => keys.get(whole(name)),
    perUserUniques: (name) => perUser.get(whole(name)),
    tellingKeys: (name) => telling.get(whole(name)),
    ...notes(config, counters),
  }
}

/** The partitions of the tables of the configuration, which are as the whole is unless they are named themselves, by their names. */
function wholesOf(config: Config, catalog: Catalog): ReadonlyMap<string, string> {
  return new Map(
    [config.users.table, ...Object.keys(config.tables)].flatMap((name) => {
      const table = findTable(catalog, name)
      const parts = table ? partitionsOf(table, catalog.tables) : []
      return parts.flatMap((part) => (config.tables[part.name] ? [] : [[part.name, name] as const]))
    }),
  )
}

function classesOf(config: Config) {
  const access = new Map<string, TableAccess>([[config.users.table, 'self']])
  const owned = new Map([[config.users.table, config.users.id]])
  for (const [name, table] of Object.entries(config.tables)) {
    access.set(name, table.access)
    if (isOwned(table)) owned.set(name, table.owner)
  }
  return { access, owned }
}

/** Their names; of views of one name in several schemas none, unless requests may use each of them. */
function viewsForRequests({ tables }: Config, catalog: Catalog): ReadonlySet<string> {
  const reference = Object.entries(tables).flatMap(([name, { access }]) =>
    access === 'reference' ? [findTable(catalog, name) ?? []].flat() : [],
  )
  const refused = catalog.views.filter((view) => !isForRequests({ catalog, reference }, view))
  const names = new Set(catalog.views.map(({ name }) => name))
  for (const { name } of refused) names.delete(name)
  return names
}

const parentsOf = ({ foreignKeys }: Table) =>
  new Map(
    foreignKeys
      .filter((key) => key.columns.length === 1)
      .map((key) => [key.columns[0]!, { table: key.target.name, column: key.target.columns[0]! }]),
  )

function keysOf(config: Config, catalog: Catalog) {
  const open = new Set(unenforcedIn(config).map(([table]) => table))
  const keys = new Map<string, ReadonlyMap<string, KeyPolicy>>()
  for (const [name, table] of Object.entries(config.tables)) {
    const found = isOwned(table) && !open.has(name) && findTable(catalog, name)
    if (found) keys.set(name, keysIn(found, table))
  }
  return keys
}

/** By table, the columns besides the owner column. */
function perUserUniques(uniques: readonly PerUserUnique[], owned: ReadonlyMap<string, string>) {
  const perUser = new Map<string, string[][]>()
  for (const { table, columns, partial } of uniques)
    if (columns && !partial) {
      const rest = columns.filter((column) => column !== owned.get(table))
      perUser.set(table, [...(perUser.get(table) ?? []), rest])
    }
  return perUser
}

/** Counts what the query layer does. */
function notes(
  config: Config,
  counters: Counters,
): Pick<QueryPolicy, 'onRewrite' | 'onKey' | 'onRaw' | 'onOwnerKept' | 'onJob'> {
  const reporting = new Set(unenforcedIn(config).flatMap(([table, at]) => (at === 'report' ? [table] : [])))
  return {
    onRewrite: ({ table, column }) => counters.note({ what: 'rewritten', table, column }),
    onKey: ({ table, column }) => counters.note({ what: 'key', table, column }),
    onRaw: ({ kind, sql }) => counters.note({ what: 'raw', kind, sql }),
    onJob: ({ at, sql }) => counters.note({ what: 'no user', at: at ?? '', sql }),
    onOwnerKept: ({ table, column }, person) => {
      if (reporting.has(table))
        counters.note({
          what: 'let pass',
          table,
          verb: 'give away',
          rows: null,
          sql: `update ${table} set ${column} = …`,
          person: String(person),
        })
    },
  }
}

/** The keys that a request may not choose. A chosen key without a sequence is left to the request. */
function keysIn(table: Table, { owner, keys, unique }: OwnedTable): ReadonlyMap<string, KeyPolicy> {
  const chosen = keys === 'chosen'
  const kept = madeKeys({ table, owner, keys, unique }).filter(({ sequence }) => sequence || !chosen)
  return new Map(
    kept.map(({ column, type, make }) => [column, { type, make, held: chosen ? table.id : null }]),
  )
}
