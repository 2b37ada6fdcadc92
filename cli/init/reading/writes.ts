import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, templateOf, textOf } from '../../../reading/syntax/syntax.js'
import { children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'

const CHANGES = /^(?:insert|update|del|delete|upsert|increment|decrement|truncate|batchInsert)$/

/** Where the sources change rows, by table; under `null` where the table is computed. */
export function findWrites(sources: readonly Source[]): Map<string | null, string> {
  const found = new Map<string | null, string>()
  const add = (table: string | null, at: string) => {
    if (!found.has(table)) found.set(table, at)
  }
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const at = locate(file, node)
      const sql = templateOf(node, ' ? ')
      if (sql !== null)
        for (const [, table] of sql.matchAll(
          /\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?((?:"[^"]+"|[\w?])(?:\.|"[^"]+"|[\w?])*)/gi,
        ))
          add(table === '?' ? null : plainTable(table!), at)
      if (!isCall(node)) return
      const member = calledMember(node)
      if (member && CHANGES.test(member.name)) {
        const table = tableOf(member.of)
        if (table !== undefined) add(table, at)
      }
    })
  return found
}

const plainTable = (name: string) => name.replaceAll('"', '').split('.').at(-1)!

/** The table that a knex builder began with; null: computed; undefined: not a builder. */
function tableOf(node: Node): string | null | undefined {
  if (!isCall(node)) return undefined
  const member = calledMember(node)
  const [first] = children(node, 'arguments')
  const names = !member || /^(?:from|into|table)$/.test(member.name)
  if (names && (member || nameOf(node.callee as Node))) return first ? textOf(first) : undefined
  return member ? tableOf(member.of) : undefined
}
