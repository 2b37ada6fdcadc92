import { isComment, replaced } from '../../src/sql/meaning.js'
import type { Token } from '../../src/sql/tokens.js'
import type { OwnerNames } from './owner-names.js'

const VERB = /\b(select|insert|update|delete)\b/i
const INSERT = /\binsert\s+into\s+[\w."]+\s*\(([^)]*)\)\s*(?:values\s*\(|select\s+(?:distinct\s+)?)/gi

/**
 * Finds the owner's id in SQL text: `where user_id = 1`, `insert into threads (user_id, …) values (1, …)`,
 * the owner's own row in the users table. The text is a whole statement or a condition by itself
 * (`.where('t.user_id = 1')`).
 */
export function ownerIdsInSql(text: string, names: OwnerNames): string[] {
  const sql = replaced(text, (token) => readable(token, names.id))
  const id = `'?${names.id.replace(/[^\w-]/g, '\\$&')}'?(?![\\w.])`
  const isOwner = (column: string) => names.isOwner(column.replaceAll('"', ''))
  if (!VERB.test(sql)) {
    const alone = new RegExp(`(?:^|\\b(?:and|or)\\s)[\\s(]*([\\w."]+)\\s*=\\s*${id}`, 'gi')
    return columnsOf(sql, alone, isOwner).map((column) => `${column} = ${names.id}`)
  }
  const users = `"?${names.users.table}"?\\b[^;]*`
  return [
    ...columnsOf(sql, new RegExp(`([\\w."]+)\\s*=\\s*${id}`, 'g'), isOwner).map(
      (at) => `${at} = ${names.id}`,
    ),
    ...inserted(sql, names, isOwner),
    ...(new RegExp(`insert\\s+into\\s+${users}values\\s*\\(\\s*${id}\\s*,`, 'i').test(sql)
      ? [`inserts ${names.users.table} ${names.id}`]
      : []),
    ...(new RegExp(`(from|update)\\s+${users}\\b${names.users.id}\\s*=\\s*${id}`, 'i').test(sql)
      ? [`${names.users.table}.${names.users.id} = ${names.id}`]
      : []),
  ]
}

/**
 * Returns the text of a token in which owner ids are looked for. Comments and string literals are left out,
 * except a literal that is the id. Dollar-quoted text is read as SQL.
 */
function readable({ kind, text }: Token, id: string): string {
  if (isComment(kind, text)) return ' '
  if (kind !== 'string' || text === `'${id}'`) return text
  if (!text.startsWith('$')) return "''"
  return replaced(text.slice(text.indexOf('$', 1) + 1, text.lastIndexOf('$', text.length - 2)), (token) =>
    readable(token, id),
  )
}

function columnsOf(sql: string, pattern: RegExp, isOwner: (column: string) => boolean): string[] {
  return [...sql.matchAll(pattern)].flatMap(([, column]) => (column && isOwner(column) ? [column] : []))
}

/** Finds inserts whose value for an owner column is the owner's id. */
function inserted(sql: string, names: OwnerNames, isOwner: (column: string) => boolean): string[] {
  return [...sql.matchAll(INSERT)].flatMap((found) => {
    const columns = found[1]!.split(',').map((column) => column.trim())
    const values = listAt(sql, found.index + found[0].length)
    return columns
      .filter((column, at) => isOwner(column) && values[at]?.replaceAll("'", '') === names.id)
      .map((column) => `inserts ${column} ${names.id}`)
  })
}

/** Returns the expressions of a list, from a position to the end of the list. */
function listAt(sql: string, from: number): string[] {
  const list = ['']
  let depth = 0
  for (const letter of sql.slice(from)) {
    if (letter === ')' && depth === 0) break
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0
    if (letter === ',' && depth === 0) list.push('')
    else list.push(list.pop() + letter)
  }
  return list.map((one) => one.trim())
}
