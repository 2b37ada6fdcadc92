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

/** Whether a statement moves the rows of a table from or to a file. */
export const isCopy = (text: string): boolean => COPY.test(text)

/** Finds the statements that read or write rows, once each, in source order. */
export function statementsInSources(sources: readonly Source[]): SourceStatement[] {
  const found = new Map<string, SourceStatement>()
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      const text = enclosingStatement(node, parents)
      if (text && (isStatement(text) || isCopy(text)) && !found.has(text))
        found.set(text, { text, at: locate(file, node) })
    })
  return [...found.values()]
}
