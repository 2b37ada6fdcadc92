import { isComment, replaced } from '../../src/sql/meaning.js'
import { builderTable } from '../owners/implicit-owner.js'
import type { Source } from '../syntax/sources.js'
import { enclosingStatement } from '../syntax/statement.js'
import { isCall, nameOf } from '../syntax/syntax.js'
import { child, locate, traverse } from '../syntax/tree.js'
import { type DeclaredTable, tableName, unqualified } from './schema-in-sql.js'

const STATEMENT =
  /^\s*(?:select\b[\s\S]+\bfrom|insert\s+into|update\s+(?:\S*"[^"]+"|\S+)\s+set|delete\s+from)\s/i
/** A quoted name may contain spaces. */
const NAME = String.raw`((?:(?:"[^"]+"|\w+)\.)?(?:"[^"]+"|[a-z_]\w*))`
/** A function call, `from generate_series(…)`, does not name a table; `insert into notes (…)` does. */
const NAMED = [
  new RegExp(String.raw`\b(?:from|join)\s+(?:only\s+)?${NAME}(?!\w|\s*[.(])`, 'gi'),
  new RegExp(String.raw`\b(?:insert\s+into|(?<!do\s|for\s|key\s)update)\s+(?:only\s+)?${NAME}`, 'gi'),
]
/** SQL keywords and names in a query that are not tables. */
const NO_TABLE =
  /^(?:select|set|where|unnest|generate_series|lateral|values|only|now|json\w*|pg_\w+|information_schema|dual)$/i
const HANDLE = /^(?:db|knex|trx|pg|conn(?:ection)?|database|qb|t|tx)$/i

/** Finds the tables that the server's queries name. */
export function askedTables(sources: readonly Source[]): DeclaredTable[] {
  const found = new Map<string, DeclaredTable>()
  const add = (name: string, plain: string, at: string) => {
    if (NO_TABLE.test(plain) || /^"?(?:pg_catalog|information_schema)"?\./i.test(name) || found.has(plain))
      return
    found.set(plain, { name: plain, at, columns: [], references: new Map(), models: [], asked: true })
  }
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      const at = locate(file, node)
      const table =
        isCall(node) && HANDLE.test(nameOf(child(node, 'callee')) ?? '') ? builderTable(node) : null
      if (table) add(table, unqualified(table), at)
      const sql = enclosingStatement(node, parents)
      if (!sql || !STATEMENT.test(sql)) return
      // String literals and `extract(day from x)` do not name tables.
      const bare = replaced(sql, ({ kind, text }) =>
        isComment(kind, text) ? ' ' : kind === 'string' ? "''" : text,
      ).replace(/\b(?:extract|substring|trim)\s*\([^)]*\)/gi, '')
      for (const named of NAMED) for (const [, name] of bare.matchAll(named)) add(name!, tableName(name!), at)
    })
  return [...found.values()]
}
