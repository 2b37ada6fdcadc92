import { builderTable, chainOf, findImplicitOwner } from '../../inventory/implicit-owner.js'
import { modelQueries } from '../../inventory/model-queries.js'
import type { DeclaredTable } from '../../inventory/schema-in-sql.js'
import type { Source } from '../../inventory/sources.js'
import { statementOf } from '../../inventory/statement.js'
import { calledMember, isCall } from '../../inventory/syntax.js'
import { locate, type Node, traverse } from '../../inventory/tree.js'
import type { Finding } from '../kinds.js'
import type { Guess } from './owner.js'

const CHANGES = /^(insert|update|del|delete|upsert|merge|increment|decrement|truncate|batchInsert)$/

/** Queries on tables that somebody owns, without a word of whose rows they are for. */
export function everybodysRows(
  server: readonly Source[],
  guess: Guess,
  routesOf: (at: string) => string[],
): Finding[] {
  const models = modelQueries(server, guess.owned, guess.names)
  const written = writtenTables(server)
  for (const { table, writes } of models) if (writes) written.add(table)
  const { everybody } = findImplicitOwner(server, guess.config, guess.names)
  const added = additionsIn(server)
  const sites = [
    ...everybody
      .filter(({ at }) => !added.has(at))
      .map(({ at, what }) => ({ at, what, table: tableIn(what, guess.owned) })),
    ...models.filter(({ owned }) => !owned),
  ]
  const found = new Map<string, Finding>()
  for (const { at, what, table } of sites) {
    const shared = table !== null && !written.has(table)
    const finding: Finding = {
      kind: shared ? 'read-only-table' : 'everybodys-rows',
      at,
      what,
      routes: routesOf(at),
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

/** Where a builder only adds rows: nobody's are read or changed there. */
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
function writtenTables(sources: readonly Source[]): Set<string> {
  const found = new Set<string>()
  for (const { tree } of sources)
    traverse(tree, (node, parents) => {
      const table = builderTable(node)
      if (table && changes(chainOf(node, parents))) found.add(table)
      const sql = statementOf(node, parents) ?? ''
      for (const [, name] of sql.matchAll(
        /\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?"?(?:\w+"?\."?)?(\w+)"?/gi,
      ))
        found.add(name!)
    })
  return found
}

function changes(chain: Node): boolean {
  let does = false
  traverse(chain, (node) => {
    if (isCall(node) && CHANGES.test(calledMember(node)?.name ?? '')) does = true
  })
  return does
}
