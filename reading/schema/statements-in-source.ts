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

const COMMAND = /^\s*(?:call\s+[\w."]+\s*\(|truncate\s|lock\s+table\s|refresh\s+materialized\s+view\s)/i

/** Whether a statement about rows is one that PostgreSQL runs, and does not prepare. */
export const isCommand = (text: string): boolean => COMMAND.test(text)

/** Finds the statements about rows, once each, in source order. */
export function statementsInSources(sources: readonly Source[]): SourceStatement[] {
  const found = new Map<string, SourceStatement>()
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      const text = enclosingStatement(node, parents)
      if (text && (isStatement(text) || isCommand(text)) && !found.has(text))
        found.set(text, { text, at: locate(file, node) })
    })
  return [...found.values()]
}
