import { isComment, replaced } from '../../src/sql/meaning.js'

/** A table that a migration, SQL text or a model declares. */
export interface DeclaredTable {
  name: string
  at: string
  columns: string[]
  /** columns with the tables they reference */
  references: Map<string, string>
  /** the names of its models in the code */
  models: string[]
  /** set if no declaration was found and only queries or relations name it */
  asked?: true
  /** set if each declaration ends with the connection: it holds no rows of a user */
  temporary?: true
}

/** Returns the tables that `create table` statements in a text declare, with their columns. */
export function tablesInSql(sql: string, file: string, firstLine = 1): DeclaredTable[] {
  const text = replaced(sql, ({ kind, text: part }) => {
    if (isComment(kind, part)) return blank(part)
    return kind === 'string' && !part.startsWith('$') ? `'${blank(part.slice(2))}'` : part
  })
  const head =
    /\bcreate\s+(?:unlogged\s+|(?:(?:global|local)\s+)?(temp(?:orary)?)\s+)?table\s+(?:if\s+not\s+exists\s+)?((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)\s*\(/gi
  const tables = [...text.matchAll(head)].map((found): DeclaredTable => {
    const parts = listFrom(text, found.index + found[0].length)
    const references = new Map<string, string>()
    const columns = parts.flatMap((part) => {
      const foreign = /foreign\s+key\s*\(\s*"?([\w$]+)"?\s*\)\s*references\s+([\w."$]+)/i.exec(part)
      if (foreign) references.set(foreign[1]!, tableName(foreign[2]!))
      if (/^(constraint|primary\s+key|foreign\s+key|unique|check|exclude|like)\b/i.test(part)) return []
      const column = /^"?([\w$]+)"?/.exec(part)?.[1]
      const target = /\breferences\s+([\w."$]+)/i.exec(part)?.[1]
      if (column && target) references.set(column, tableName(target))
      return column ? [column] : []
    })
    const line = firstLine + sql.slice(0, found.index).split('\n').length - 1
    const [, temporary, name] = found
    return {
      ...{ name: tableName(name!), at: `${file}:${line}`, columns, references, models: [] },
      ...(temporary && { temporary: true as const }),
    }
  })
  for (const [, table, column, target] of text.matchAll(
    /alter\s+table\s+(?:only\s+)?(?:if\s+exists\s+)?([\w."$]+)\s+add\s+(?:constraint\s+\S+\s+)?foreign\s+key\s*\(\s*"?([\w$]+)"?\s*\)\s*references\s+([\w."$]+)/gi,
  ))
    tables.find(({ name }) => name === tableName(table!))?.references.set(column!, tableName(target!))
  for (const [, table, column, target] of text.matchAll(
    /alter\s+table\s+(?:only\s+)?(?:if\s+exists\s+)?([\w."$]+)\s+add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?"?(?!constraint|foreign|primary|unique|check)([\w$]+)"?\s[^;]*?(?:references\s+([\w."$]+))?[^;]*;/gi,
  )) {
    const found = tables.find(({ name }) => name === tableName(table!))
    found?.columns.push(column!)
    if (target) found?.references.set(column!, tableName(target))
  }
  return tables
}

/** Blanks a text, keeping its length and line breaks. */
const blank = (text: string) => text.replace(/[^\n]/g, ' ')

/** The table that a name in SQL means, as PostgreSQL reads it: without its schema, and in small letters unless it is quoted. */
export function tableName(name: string): string {
  const last = unqualified(name)
  return last.includes('"') ? last.replaceAll('"', '') : last.toLowerCase()
}

/** A name as a library is given it, which quotes it: without its schema. */
export const unqualified = (name: string) => name.split('.').at(-1)!

/** Returns the content of an open bracket, up to its closing bracket, split at its commas. */
function listFrom(sql: string, from: number): string[] {
  const parts = ['']
  let depth = 0
  let quote = ''
  for (const letter of sql.slice(from, from + 20_000)) {
    if (quote) quote = letter === quote ? '' : quote
    else if (letter === "'" || letter === '"') quote = letter
    else if (letter === ')' && depth-- === 0) break
    else if (letter === '(') depth++
    else if (letter === ',' && depth === 0) {
      parts.push('')
      continue
    }
    parts.push(parts.pop() + letter)
  }
  return parts.map((part) => part.trim()).filter(Boolean)
}

/** Returns the tables of a Prisma schema: `model Note { … @@map("notes") }`. */
export function tablesInPrisma(text: string, file: string): DeclaredTable[] {
  const blocks = [...text.matchAll(/^model\s+(\w+)\s*\{([\s\S]*?)^\}/gm)]
  const models = new Map(
    blocks.map(([, model, body]) => [model!, /@@map\("([^"]+)"\)/.exec(body!)?.[1] ?? model!]),
  )
  return blocks.map(({ 1: model, 2: body, index }) => {
    const fields = [...body!.matchAll(/^\s+(\w+)\s+(\w+)(\[\])?/gm)].filter(
      ([, , type, list]) => !list && !models.has(type!),
    )
    const references = [...body!.matchAll(/^\s+\w+\s+(\w+)\??\s+@relation\([^)]*fields:\s*\[(\w+)/gm)]
    return {
      name: models.get(model!)!,
      at: `${file}:${text.slice(0, index).split('\n').length}`,
      columns: fields.map(([, field]) => field!),
      references: new Map(references.map(([, target, field]) => [field!, models.get(target!) ?? target!])),
      models: [model![0]!.toLowerCase() + model!.slice(1)],
    }
  })
}
