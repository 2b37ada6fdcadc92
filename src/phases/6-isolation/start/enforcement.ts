import type { Config } from '../../../config/config.js'
import { isOwned, ownedIn, sessionTablesIn, unenforcedIn } from '../../../config/config.js'
import { isOn } from '../../../config/dial.js'
import { memoise } from '../../../core/memoise.js'
import { shared } from '../../../core/process/store.js'
import type { Queryable } from '../../../database/catalog/ask.js'
import { withPartitions } from '../../../database/catalog/partitions.js'
import { addedColumns, type Catalog, findTable, readCatalog } from '../../../database/catalog.js'
import type { ConnectionPolicy } from '../connection/policy.js'
import { type PerUserTarget, withOwnTargets } from '../connection/statements/conflict-target.js'
import { type PerUserKey, withOwnGroups } from '../connection/statements/grouped-key.js'
import { statementOf } from '../connection/statements/statement.js'
import { unhookedOpener } from '../drivers/refuse-opener.js'
import type { QueryPolicy } from '../query/policy.js'
import { ownedTableIn } from '../query/raw/refuse-raw.js'
import { type PerUserUnique, readPerUserUniques } from '../schema/keys/per-user-indexes.js'
import { requestRoleOn } from '../schema/plan/identity.js'
import { type Counters, openCounters } from '../usage/counters.js'
import { normalisedSql } from '../usage/normalised-sql.js'
import { columnsToCome } from './columns-to-come.js'
import { queryPolicy } from './query-policy.js'

/** What the two layers enforce right now. scope(db) reads it at each query, because it may come before usertwo(). */
export interface Enforcement {
  connection: ConnectionPolicy
  /** null below phase 6: nothing is scoped */
  query: QueryPolicy | null
  /** The columns that usertwo has added to a table, by its name; absent: the catalog has not been read. */
  addedTo?(table: string): ReadonlySet<string>
}

// One for the whole process: a database handle belongs to a module, not to an app. Shared by two copies of this package.
const here = shared('enforcement', () => ({ now: null as Enforcement | null }))

const NO_COLUMNS: ReadonlySet<string> = new Set()

export function enforcement(): Enforcement | null {
  return here.now
}

export function enforce(what: Enforcement | null): void {
  here.now = what
}

/**
 * The policy before the catalog has been read: below phase 6 everything passes; from phase 6 only the system
 * does, since no role of this name exists.
 * @param early what a connection, of the system or not, waits for before it opens; resolves to whether
 *   startup options reach the server; default: it does not wait, and they do
 */
export function provisional(
  config: Config,
  dial: number,
  counters = openCounters(),
  early: ConnectionPolicy['early'] = () => Promise.resolve(true),
): Enforcement {
  const isolates = isOn('isolation', dial)
  const requestRole = isolates ? 'usertwo_not_ready' : null
  return {
    connection: {
      requestRole,
      startupOptions: false,
      ...(isolates && { early }),
      addedColumn: () => undefined,
      unbound: 'refuse',
    },
    query: isolates
      ? queryPolicy(config, { tables: [], views: [], definerFunctions: [] }, [], counters)
      : null,
  }
}

/**
 * Reads from the catalog what the layers must know.
 * @param counters counts what they do; default: discarded
 */
export async function readEnforcement(
  client: Queryable,
  config: Config,
  dial: number,
  counters = openCounters(),
): Promise<Enforcement> {
  const added = new Map<number, Map<number, string>>()
  const addedTo = new Map<string, Set<string>>()
  for (const { tableOid, attnum, table, column } of await addedColumns(client)) {
    added.set(tableOid, (added.get(tableOid) ?? new Map()).set(attnum, column))
    const name = table.slice(table.indexOf('.') + 1)
    addedTo.set(name, (addedTo.get(name) ?? new Set()).add(column))
  }
  const toCome = await columnsToCome(client, config)
  const isolates = isOn('isolation', dial)
  const requestRole = isolates ? await readRequestRole(client) : null
  const catalog = isolates ? await readCatalog(client) : null
  const uniques = catalog ? await readPerUserUniques(client) : []
  // Loaded only where rows are looked up; until then a request looks nothing up.
  const ownLogin =
    catalog && (config.auth.lookups || sessionTablesIn(config).length > 0)
      ? await import('../own-login/lookup.js')
      : null
  return {
    connection: {
      requestRole,
      startupOptions: true,
      addedColumn: ({ tableID, columnID, name }) => {
        const later = toCome.get(tableID)
        return later && columnID > later.last && later.names.has(name)
          ? name
          : added.get(tableID)?.get(columnID)
      },
      unbound: 'bare',
      ...(ownLogin && {
        lookup: ownLogin.lookupOf(config, catalog),
        prunes: ownLogin.prunedOf(config),
      }),
      ...(isolates && { opener: unhookedOpener }),
      ...(config.dangerouslyAllowLargeObjects && { largeObjects: 'allowed' as const }),
      ...(catalog && { ...whatPasses(config, counters), tellsRows: tellingColumns(catalog) }),
      ...ownTargets(config, uniques),
      ...takenValues(config, uniques),
      ...(catalog && !config.dangerouslyAnswerForeignRows && { rows: knownTables(config, catalog) }),
    },
    query: catalog
      ? {
          ...queryPolicy(config, catalog, uniques, counters),
          ...(ownLogin && { looksUp: ownLogin.looksUp(config) }),
        }
      : null,
    addedTo: (table) => addedTo.get(table) ?? NO_COLUMNS,
  }
}

/** The tables that all logged-in users read in full: reference data, readable ones, and those not separated yet. */
function knownTables(config: Config, catalog: Catalog): ConnectionPolicy['rows'] {
  const notYet = new Set(unenforcedIn(config).map(([table]) => table))
  const open = new Set(
    Object.entries(config.tables).flatMap(([name, { access }]) =>
      access === 'reference' || access === 'readable' || notYet.has(name)
        ? [findTable(catalog, name) ?? []]
            .flat()
            .flatMap((table) => withPartitions(table, catalog.tables))
            .map(({ oid }) => oid)
        : [],
    ),
  )
  const names = new Map([...catalog.tables, ...catalog.views].map(({ oid, name }) => [oid, name]))
  return { areOpen: (oid) => open.has(oid), nameOf: (oid) => names.get(oid) ?? null }
}

/** Rewrites texts that name an index for all users of a table that has one per user, or group by a primary key that is one. */
function ownTargets(config: Config, uniques: readonly PerUserUnique[]): Pick<ConnectionPolicy, 'ownTargets'> {
  const targets = new Map<string, PerUserTarget[]>()
  const keys = new Map<string, PerUserKey>()
  for (const { schema, table, columns, target: named, partial, replaced, primary, parts } of uniques) {
    const owned = config.tables[table]
    if (!named || !owned || !isOwned(owned)) continue
    const { owner } = owned
    const rest = named.columns.filter((column) => column !== owner)
    const target = { owner, columns: rest, expressions: named.expressions, partial, replaced }
    targets.set(table, [...(targets.get(table) ?? []), target])
    for (const part of parts)
      targets.set(part.table, [
        ...(targets.get(part.table) ?? []),
        { ...target, replaced: part.replaced ?? replaced },
      ])
    if (primary && columns) keys.set(table, { schema, owner, columns: rest })
  }
  if (targets.size === 0) return {}
  const read = memoise((text) => {
    const own = withOwnTargets(text, (table) => targets.get(table))
    return keys.size ? withOwnGroups(own, (table) => keys.get(table)) : own
  })
  const named = keys.size ? /\b(?:conflict|group)\b/i : /\bconflict\b/i
  return { ownTargets: (text) => (named.test(text) ? read(text) : text) }
}

/**
 * Until the contract a unique still holds for all users. An upsert that names it means the user's own row, so that it fails
 * only by the row of another user. The owner's fails by chance alone, at the moment of another of their own, and is
 * answered by the app.
 */
function takenValues(config: Config, uniques: readonly PerUserUnique[]): Pick<ConnectionPolicy, 'isTaken'> {
  const pending = uniques.filter(({ alone, target }) => !alone && target)
  if (pending.length === 0) return {}
  return {
    isTaken(who, text, { code, schema, table, constraint }) {
      if (code !== DUPLICATE || who?.kind !== 'user' || String(who.id) === String(config.owner.id))
        return false
      const found = pending.find((one) =>
        [one, ...one.parts].some(
          (part) => part.schema === schema && part.table === table && part.replaced === constraint,
        ),
      )
      if (!found) return false
      const target = { owner: '', ...found.target!, partial: found.partial, replaced: found.index }
      const named = new Set([found, ...found.parts].map((one) => one.table))
      return withOwnTargets(text, (name) => (named.has(name) ? [target] : undefined)) !== text
    },
  }
}
/** SQLSTATE unique_violation */
const DUPLICATE = '23505'

/** Columns that are unique by themselves, of a table whose name occurs once. */
function tellingColumns({ tables }: Catalog): ConnectionPolicy['tellsRows'] {
  const telling = new Set<string>()
  for (const { name, indexes } of tables)
    if (tables.filter((table) => table.name === name).length === 1)
      for (const { columns, unique, valid, partial } of indexes)
        if (unique && valid && !partial && columns.length === 1) telling.add(`${name} ${columns[0]}`)
  return (table, column) => telling.has(`${table} ${column}`)
}

/**
 * Returns the role of requests.
 * @throws Error when phase 6 has no schema yet
 */
export async function readRequestRole(client: Queryable): Promise<string> {
  const role = await requestRoleOn(client)
  if (role) return role
  throw new Error(
    'The schema of phase 6 is not there yet. Run: usertwo migrate up, or turn USERTWO_PHASE back to 5.',
  )
}

/** Counts what the database reports of tables in `report`, and COPY from owned tables: of both streams only the fact. */
function whatPasses(
  config: Config,
  counters: Counters,
): Pick<ConnectionPolicy, 'letPass' | 'copied' | 'byHand' | 'onJob'> {
  const reporting = unenforcedIn(config).flatMap(([table, at]) => (at === 'report' ? [table] : []))
  const tableIn = ownedTableIn(ownedIn(config).map(([name]) => name))
  const reached = memoise((sql) => tableIn('raw', sql) !== null)
  const noteRaw = (sql: string) => {
    if (reached(sql)) counters.note({ what: 'raw', kind: 'raw', sql: normalisedSql(sql) })
  }
  const letPass: ConnectionPolicy['letPass'] = (one) =>
    counters.note({ what: 'let pass', ...one, sql: normalisedSql(one.sql) })
  return {
    letPass,
    onJob: ({ at, sql }) => counters.note({ what: 'no user', at: at ?? '', sql }),
    copied: (sql, person) => {
      noteRaw(sql)
      for (const table of reporting)
        if (sql.includes(table)) letPass({ table, verb: 'copy', rows: null, sql, person })
    },
    byHand: (sql) => {
      // `copied` counts it.
      if (!statementOf(sql).copiesOut) noteRaw(sql)
    },
  }
}
