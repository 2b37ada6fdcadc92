import { readdirSync } from 'node:fs'
import { join, parse } from 'node:path'
import type { GateDatabase } from '../../../proof/gate/gate.js'
import type { FollowedRoute } from '../../../reading/flow/flow.js'
import { isBookkeeping } from '../../../src/database/bookkeeping.js'
import type { Catalog, Table } from '../../../src/database/catalog.js'
import { q, qualified } from '../../../src/database/quoted.js'
import { configuredName } from './columns.js'
import { type Ownership, saidOfOthers } from './owners.js'

const MIGRATION = /\.(?:[cm]?[jt]s|sql|pgsql|psql|ddl)$/i
/** `migrations`, `db/schema`: there a name without its ending is a file too. */
const OF_MIGRATIONS = /migrat|version|schema/i
const DEEPEST = 3
const TEXT = /^(?:text|character varying)/

/**
 * Finds the tables in which scripts of the app note which of its migrations have run: each value of a text column is the name of
 * a file of one folder, no route reads the table and no foreign key leads to or from it.
 *
 * @param folder the app's
 * @param counts rows of each table, by its id
 * @returns the folder of the files, by the configured name of the table
 */
export async function ledgersIn(
  { tables }: Catalog,
  { sql }: Pick<GateDatabase, 'sql'>,
  {
    folder,
    counts,
    routes,
  }: { folder: string; counts: ReadonlyMap<string, number>; routes: readonly FollowedRoute[] },
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const pointedAt = new Set(tables.flatMap(({ foreignKeys }) => foreignKeys.map(({ target }) => target.id)))
  const read = new Set(routes.flatMap(({ queries }) => queries.flatMap((query) => [...query.tables])))
  const mayBe = (table: Table) =>
    !isBookkeeping(table) &&
    !read.has(table.name) &&
    !pointedAt.has(table.id) &&
    table.foreignKeys.length === 0
  const files = namesIn(folder)
  for (const table of tables.filter((one) => counts.get(one.id) && mayBe(one)))
    for (const { name } of table.columns.filter(({ type }) => TEXT.test(type))) {
      const rows = await sql<{ value: string }>(
        `select distinct ${q(name)} as value from ${qualified(table)} limit 500`,
      )
      const of = [...files].find(
        ([, names]) => rows.length > 0 && rows.every(({ value }) => names.has(value)),
      )
      if (of) found.set(configuredName(table), of[0])
    }
  return found
}

/** Returns the ownership with the ledgers closed: no request needs them, and their rows are of no user. */
export function withLedgers(ownership: Ownership, ledgers: ReadonlyMap<string, string>): Ownership {
  const { guesses, points } = saidOfOthers(ownership, new Set(ledgers.keys()))
  return {
    ...ownership,
    tables: ownership.tables.map((entry) => {
      const of = ledgers.get(entry.name)
      return of === undefined
        ? entry
        : { name: entry.name, access: 'closed', why: `which files of ${of}/ have run` }
    }),
    guesses: [
      ...guesses,
      ...[...ledgers].map(([name, of]) => ({
        about: `table ${name}`,
        says: `no request reaches it: it says which files of ${of}/ have run`,
        sure: 'likely' as const,
        at: `table ${name}`,
      })),
    ],
    points,
  }
}

/** The names that a ledger may note, by folder, of the folders that hold migrations. */
function namesIn(folder: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const look = (below: string, depth: number) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name)
      if (entry.isDirectory() && depth < DEEPEST && !/^(?:\.|node_modules$)/.test(entry.name))
        look(path, depth + 1)
      if (!entry.isFile() || below === '' || !MIGRATION.test(entry.name)) continue
      const names = found.get(below) ?? new Set()
      names.add(entry.name)
      if (OF_MIGRATIONS.test(below)) names.add(parse(entry.name).name)
      found.set(below, names)
    }
  }
  look('', 0)
  return found
}
