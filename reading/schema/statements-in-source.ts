import { isStatement } from '../flow/known/sql.js'
import type { Source } from '../syntax/sources.js'
import { enclosingStatement } from '../syntax/statement.js'
import { locate, traverse } from '../syntax/tree.js'

/** A SQL statement in the app's code. */
export interface SourceStatement {
  /** with `?` for each part that the code alone does not tell */
  text: string
  /** file:line */
  at: string
}

const COPY = /^\s*copy\s+"?[a-z_][\w.$"]*\s*(?:\([^)]*\)\s*)?(?:from|to)\s+(?:stdin|stdout|program|')/i

const COPIED_QUERY = /^\s*copy\s*\(([\s\S]*)\)\s*to\s+(?:stdout|program|')/i
const COMMAND = /^\s*(?:call\s+[\w."]+\s*\(|truncate\s|lock\s+table\s|refresh\s+materialized\s+view\s)/i

/** Whether a statement moves rows from or to a file. */
export const isCopy = (text: string): boolean => COPY.test(text) || copiedQuery(text) !== null

/** Returns the query whose rows a statement copies to a file; null: it copies a table, or nothing. */
export const copiedQuery = (text: string): string | null => COPIED_QUERY.exec(text)?.[1] ?? null

/** Whether a statement about rows is one that PostgreSQL runs, and does not prepare. */
export const isCommand = (text: string): boolean => COMMAND.test(text)

/** Finds the statements about rows, once each, in source order. */
export function statementsInSources(sources: readonly Source[]): SourceStatement[] {
  const found = new Map<string, SourceStatement>()
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      const text = enclosingStatement(node, parents)
      if (text && (isStatement(text) || isCopy(text) || isCommand(text)) && !found.has(text))
        found.set(text, { text, at: locate(file, node) })
    })
  return [...found.values()]
}
