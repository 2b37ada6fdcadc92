import { isBookkeeping } from '../../src/database/bookkeeping.js'
import type { App } from '../app/app.js'
import { isSqlFile } from '../app/files.js'
import type { FollowedRoute } from '../flow/flow.js'
import { askedTables } from '../schema/asked-tables.js'
import { pivotTables } from '../schema/pivot-tables.js'
import { tablesInSource } from '../schema/schema-in-source.js'
import { type DeclaredTable, tablesInPrisma, tablesInSql } from '../schema/schema-in-sql.js'

/**
 * Returns every table that migrations, SQL, models or queries name, once each, with all that is known about
 * it.
 */
export function declaredTables({ sources, texts }: App): DeclaredTable[] {
  const all = [
    ...[...texts].flatMap(([file, text]) =>
      isSqlFile(file) ? tablesInSql(text, file) : file.endsWith('.prisma') ? tablesInPrisma(text, file) : [],
    ),
    ...sources.flatMap(({ role, source }) =>
      /^(?:test|client|unstarted)$/.test(role) ? [] : tablesInSource(source),
    ),
  ]
  const declared = new Set(all.map(({ name }) => name.toLowerCase()))
  const server = sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
  const isNew = ({ name }: DeclaredTable) => !declared.has(name.toLowerCase())
  // `through: 'PostTag'` may name a model, whose table is known.
  const models = new Set(all.flatMap((table) => table.models))
  const pivots = pivotTables(server).filter(({ name }) => !models.has(name))
  all.push(...pivots.filter(isNew), ...askedTables(server).filter(isNew))
  const found = new Map<string, DeclaredTable>()
  for (const table of all) {
    if (isBookkeeping(table) || !/^[\w$]+$/.test(table.name)) continue
    const known = found.get(table.name)
    if (!known) found.set(table.name, table)
    else {
      known.columns = [...new Set([...known.columns, ...table.columns])]
      known.models = [...new Set([...known.models, ...table.models])]
      for (const [column, target] of table.references) known.references.set(column, target)
      if (!table.temporary) delete known.temporary
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Adds the tables that only the followed routes name. */
export function askedByRoutes(
  tables: readonly DeclaredTable[],
  routes: readonly FollowedRoute[],
): DeclaredTable[] {
  const known = new Set(tables.map(({ name }) => name.toLowerCase()))
  const found: DeclaredTable[] = []
  for (const { queries } of routes)
    for (const { tables: asked, at } of queries)
      for (const name of asked) {
        const table = { name, at, columns: [], references: new Map(), models: [], asked: true as const }
        if (known.has(name.toLowerCase()) || !/^[\w$]+$/.test(name) || isBookkeeping(table)) continue
        known.add(name.toLowerCase())
        found.push(table)
      }
  return [...tables, ...found].sort((a, b) => (a.name < b.name ? -1 : 1))
}
