import type { FollowedRoute } from '../../../reading/flow/flow.js'
import { copiedInto } from '../../../reading/flow/known/sql.js'
import { builderTable, chainOf, findImplicitOwner } from '../../../reading/owners/implicit-owner.js'
import type { Guess } from '../../../reading/owners/owner.js'
import { modelQueries } from '../../../reading/schema/model-queries.js'
import { type DeclaredTable, tableName } from '../../../reading/schema/schema-in-sql.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { enclosingStatement } from '../../../reading/syntax/statement.js'
import { calledMember, isCall } from '../../../reading/syntax/syntax.js'
import { locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import type { ScanFinding } from '../kinds.js'
import type { Reached } from './followed-rows.js'

const CHANGES = /^(insert|update|del|delete|upsert|merge|increment|decrement|truncate|batchInsert)$/

/** Finds queries on owned tables without a condition on the owner. */
export function everybodysRows(
  server: readonly Source[],
  guess: Guess,
  routesOf: (at: string) => string[],
  written: ReadonlySet<string>,
  reached: readonly Reached[],
  understood: (at: string) => boolean,
): ScanFinding[] {
  const models = modelQueries(server, guess.owned, guess.names)
  const { everybody } = findImplicitOwner(server, guess.config, guess.names)
  const added = additionsIn(server)
  const sites = [
    ...everybody
      .filter(({ at }) => !added.has(at))
      .map(({ at, what }) => ({ at, what, table: tableIn(what, guess.owned) })),
    // What only looks like a model, where all that runs there was followed.
    ...models.filter(
      (one) => !one.owned && !(understood(one.at) && !reached.some(({ at }) => at === one.at)),
    ),
  ]
  const found = new Map<string, ScanFinding>()
  for (const { at, what, table } of sites) {
    // A condition that a function it is handed to adds, or one that names an owner who is written out.
    const here = reached.filter((one) => one.at === at && one.table === table)
    const seen = here.filter(({ leak }) => leak && /^(everybodys-rows|read-only-table)$/.test(leak.kind))
    if (here.length && !seen.length) continue
    const shared = table !== null && isShared(table, guess, written)
    const finding: ScanFinding = {
      kind: shared ? 'read-only-table' : 'everybodys-rows',
      at,
      what,
      routes: understood(at) && seen.length ? [...new Set(seen.map(({ route }) => route))] : routesOf(at),
      ...(table && { table }),
    }
    found.set(`${at} ${table}`, finding)
  }
  return [...found.values()]
}

/** The table that a sentence of the inventory is about. */
function tableIn(what: string, owned: readonly DeclaredTable[]): string | null {
  const words = what.split(/[^\w$]+/)
  return owned.find(({ name }) => words.includes(name))?.name ?? null
}

/** Where a builder only adds rows: it reads and changes none. */
function additionsIn(sources: readonly Source[]): Set<string> {
  const found = new Set<string>()
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      if (!builderTable(node)) return
      let adds = false
      traverse(chainOf(node, parents), (one) => {
        if (isCall(one) && calledMember(one)?.name === 'insert') adds = true
      })
      if (adds) found.add(locate(file, node))
    })
  return found
}

/** The tables that some code of the server changes. */
export function writtenTables(
  server: readonly Source[],
  { owned, names }: Guess,
  routes: readonly FollowedRoute[],
): Set<string> {
  const found = writtenInText(server)
  for (const { table, writes } of modelQueries(server, owned, names)) if (writes) found.add(table)
  const named = new Map(owned.map(({ name }) => [name.toLowerCase(), name]))
  for (const { queries } of routes)
    for (const { writes, tables, sql } of queries) {
      const changed = sql === null ? [...tables] : changedIn(sql)
      for (const table of writes ? changed : []) found.add(named.get(table.toLowerCase()) ?? table)
    }
  return found
}

/** Whether a table looks shared: no code writes it, and it has no owner column. */
export function isShared(table: string, { owned, names }: Guess, written: ReadonlySet<string>): boolean {
  const columns = owned.find(({ name }) => name === table)?.columns ?? []
  return !written.has(table) && !columns.some((column) => names.isOwner(column))
}

/** One finding for each kind, place and table, with the routes of all. */
export function merged(findings: readonly ScanFinding[]): ScanFinding[] {
  const found: ScanFinding[] = []
  for (const one of findings) {
    const same = found.find(
      (other) =>
        other.kind === one.kind &&
        other.at === one.at &&
        (!other.table || !one.table || other.table === one.table),
    )
    if (!same) {
      found.push(one)
      continue
    }
    const routes = [...new Set([...(same.routes ?? []), ...(one.routes ?? [])])]
    if (routes.length) same.routes = routes
    if (one.table) same.table ??= one.table
  }
  return found
}

function writtenInText(sources: readonly Source[]): Set<string> {
  const found = new Set<string>()
  for (const { tree } of sources)
    traverse(tree, (node, parents) => {
      const table = builderTable(node)
      if (table && changes(chainOf(node, parents))) found.add(table)
      const sql = enclosingStatement(node, parents) ?? ''
      for (const name of changedIn(sql)) found.add(name)
    })
  return found
}

/** The tables that a statement changes. It may read others: `insert into a select … from b`. */
export const changedIn = (sql: string): string[] => [
  ...[
    ...sql.matchAll(
      /\b(?:insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?)\s+(?:only\s+)?(?:"?\w+"?\.)?("?\w+"?)/gi,
    ),
  ].map(([, name]) => tableName(name!)),
  ...[copiedInto(sql)].filter((name) => name !== null),
]

function changes(chain: Node): boolean {
  let does = false
  traverse(chain, (node) => {
    if (isCall(node) && CHANGES.test(calledMember(node)?.name ?? '')) does = true
  })
  return does
}
