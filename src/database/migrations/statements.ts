import { withoutComments } from '../../sql/meaning.js'
import { tokensOf } from '../../sql/tokens.js'

/** Splits SQL at the semicolons that end statements; comments before a statement stay with it. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let start = 0
  let isEmpty = true
  for (const { kind, text, end } of [...tokensOf(sql), { kind: 'mark', text: ';', end: sql.length + 1 }]) {
    if (text !== ';') {
      isEmpty &&= kind === 'comment'
      continue
    }
    if (!isEmpty) statements.push(sql.slice(start, end - 1).trim())
    start = end
    isEmpty = true
  }
  return statements
}

/** Replaces `{{name}}` by SQL fragments. @throws if a placeholder has no value */
export function fillPlaceholders(sql: string, values: Record<string, string>): string {
  return sql.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name]
    if (value === undefined)
      throw new Error(`{{${name}}} has no value; known: ${Object.keys(values).join(', ')}`)
    return value
  })
}

/** A statement on one line without its comments, short enough for a message. */
export function shortStatement(sql: string): string {
  const line = withoutComments(sql).replace(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
