// What may hold a semicolon that ends nothing: quoted text, quoted names, dollar-quoted bodies, comments.
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|;|[^;'"$/-]+|[\s\S]/g
const COMMENTS_ONLY = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/

/** Cuts SQL at the semicolons that end statements; comments before a statement stay with it. */
export function splitStatements(sql: string): string[] {
  const statements = ['']
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === ';') statements.push('')
    else statements[statements.length - 1] += token
  }
  return statements.filter((statement) => !COMMENTS_ONLY.test(statement)).map((statement) => statement.trim())
}

/** Puts SQL fragments in the place of `{{name}}`. @throws when a placeholder has no value */
export function fillPlaceholders(sql: string, values: Record<string, string>): string {
  return sql.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name]
    if (value === undefined)
      throw new Error(`{{${name}}} has no value; known: ${Object.keys(values).join(', ')}`)
    return value
  })
}

/** A statement in one line without its comments, short enough for a message. */
export function shortStatement(sql: string): string {
  const line = sql
    .replace(/--[^\n]*/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
