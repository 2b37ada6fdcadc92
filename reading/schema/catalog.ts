import { bindingOf, FUNCTION } from '../syntax/binding.js'
import { enclosingStatement } from '../syntax/statement.js'
import { isCall, nameOf } from '../syntax/syntax.js'
import { child, type Node, traverse } from '../syntax/tree.js'

const STATEMENT = /^\s*(?:select|insert|update|delete|with|merge|call)\b/i
const OF_CATALOG =
  /\b(?:information_schema|pg_catalog|pg_\w+|has_\w+_privilege|current_setting|to_regclass)\b/i
const TABLE = /\b(?:from|join|into|update)\s+(?:only\s+)?(?!\(|lateral\b)("?[\w$]+"?(?:\."?[\w$]+"?)?)/gi

/**
 * Returns whether the statements of a function, and of the file's functions that it calls, ask PostgreSQL about tables, columns
 * or rights alone: there is at least one, and none names a table of the app.
 * @param parents of the function, for the names it calls
 */
export function asksCatalogAlone(made: Node, parents: readonly Node[], deep = 2): boolean {
  const asked = statementsIn(made, parents, deep)
  return asked.length > 0 && asked.every(isOfCatalog)
}

function statementsIn(made: Node, parents: readonly Node[], deep: number): string[] {
  const found: string[] = []
  traverse(
    made,
    (node, around) => {
      const sql = enclosingStatement(node, around)
      if (sql !== null && STATEMENT.test(sql)) found.push(sql)
      const called = isCall(node) && deep > 0 ? nameOf(child(node, 'callee')) : null
      const other = called ? (bindingOf(called, around)?.init ?? null) : null
      if (other && other !== made && FUNCTION.test(other.type))
        found.push(...statementsIn(other, parents, deep - 1))
    },
    [...parents],
  )
  return found
}

function isOfCatalog(sql: string): boolean {
  const tables = [...sql.matchAll(TABLE)].map(([, name]) => name!)
  return OF_CATALOG.test(sql) && tables.every((name) => /^"?(?:information_schema|pg_\w+)/i.test(name))
}
