import type { App } from '../../../reading/app/app.js'
import { isSqlFile } from '../../../reading/app/files.js'
import { templateOf } from '../../../reading/syntax/syntax.js'
import { traverse } from '../../../reading/syntax/tree.js'
import { changedIn } from './rows.js'

/** A function or procedure in SQL, and its body between dollar quotes. */
const FUNCTIONS = /\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure)\b[^$;]*?\$(\w*)\$([\s\S]*?)\$\1\$/gi

/** Returns the tables that functions of the database change, those of triggers included, as migrations and SQL files make them. */
export function changedInDatabase({ sources, texts }: Pick<App, 'sources' | 'texts'>): Set<string> {
  const found = new Set<string>()
  const read = (sql: string) => {
    for (const [, , body] of sql.matchAll(FUNCTIONS)) for (const table of changedIn(body!)) found.add(table)
  }
  for (const [file, text] of texts) if (isSqlFile(file)) read(text)
  for (const { role, source } of sources) {
    if (/^(?:test|client|unstarted)$/.test(role)) continue
    traverse(source.tree, (node) => read(templateOf(node) ?? ''))
  }
  return found
}
