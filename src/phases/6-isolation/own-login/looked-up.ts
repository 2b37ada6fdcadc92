import { memoise } from '../../../core/memoise.js'
import { isWord, meaningOf, nameOf } from '../../../sql/meaning.js'
import type { Token } from '../../../sql/tokens.js'

/** Where a statement has the value of a column. */
export interface LookedUp {
  insert: boolean
  table: string
  column: string
  /** index of the parameter, from 0 */
  parameter: number | null
  /** the value, where the text itself has it */
  value: string | null
}

/** The columns by which one row of a table is looked up, by table. */
export type LookupKeys = ReadonlyMap<string, readonly string[]>

/**
 * Makes a reader that finds by which key a statement looks up one row: `where email = $1`, or the value that an insert
 * gives to that column. Null: by none. A wrong reading opens nothing: the database lets only the row pass that has the
 * value, whatever else the statement says.
 */
export function lookedUpReader(keys: LookupKeys): (text: string) => LookedUp | null {
  return memoise((text) => read(text, keys))
}

function read(text: string, keys: LookupKeys): LookedUp | null {
  const all = meaningOf(text)
  const tokens = all.at(-1)?.text === ';' ? all.slice(0, -1) : all
  if (tokens.some((token) => token.text === ';')) return null
  // connect-session-knex: `with new_values (sid, …) as (values ($1, …)), … insert into …`
  const insert = isWord(tokens[0], 'insert', 'with')
  if (!insert && !isWord(tokens[0], 'select', 'update', 'delete')) return null
  for (const [table, columns] of keys) {
    if (!names(tokens, table)) continue
    for (const column of columns) {
      const found = insert ? inserted(tokens, column) : compared(tokens, column)
      const place = found && placeOf(found)
      if (place) return { insert, table, column, ...place }
    }
  }
  return null
}

/** Whether a table follows FROM, JOIN, INTO or UPDATE, with a schema or without. */
function names(tokens: readonly Token[], table: string): boolean {
  return tokens.some((token, at) => {
    if (nameOf(token) !== table) return false
    const before = tokens[at - 1]?.text === '.' ? tokens[at - 3] : tokens[at - 1]
    return isWord(before, 'from', 'join', 'into', 'update', 'only')
  })
}

/** The token behind `column =`, also in parentheses of its own: `= ($1)`. An update compares behind `where` alone. */
function compared(tokens: readonly Token[], column: string): Token | undefined {
  const from = isWord(tokens[0], 'update') ? tokens.findIndex((token) => isWord(token, 'where')) : 0
  if (from < 0) return undefined
  const at = tokens.findIndex(
    (token, i) => i >= from && nameOf(token) === column && tokens[i + 1]?.text === '=',
  )
  if (at < 0) return undefined
  let first = at + 2
  while (tokens[first]?.text === '(') first++
  const depth = first - at - 2
  const closing = tokens.slice(first + 1, first + 1 + depth)
  return closing.length === depth && closing.every(({ text }) => text === ')') ? tokens[first] : undefined
}

/** The one token that an insert, or the named values in front of it, gives to a column: in the first row, or the list of a select. */
function inserted(tokens: readonly Token[], column: string): Token | undefined {
  const open = tokens.findIndex((token) => token.text === '(')
  const columns = open < 0 ? null : itemsFrom(tokens, open + 1)
  if (!columns) return undefined
  const at = columns.items.findIndex((item) => item.length === 1 && nameOf(item[0]) === column)
  const isNamed = isWord(tokens[columns.end + 1], 'as') && tokens[columns.end + 2]?.text === '('
  const next = columns.end + (isNamed ? 3 : 1)
  const isSelect = isWord(tokens[next], 'select')
  if (at < 0 || !(isSelect || (isWord(tokens[next], 'values') && tokens[next + 1]?.text === '(')))
    return undefined
  const values = itemsFrom(tokens, next + (isSelect ? 1 : 2))
  const item = withoutParentheses(values?.items[at])
  // `$1::text` is the value too.
  return item && (item.length === 1 || item[1]?.text === '::') ? item[0] : undefined
}

function withoutParentheses(item: readonly Token[] | undefined): readonly Token[] | undefined {
  return item?.length === 3 && item[0]?.text === '(' && item[2]?.text === ')' ? item.slice(1, 2) : item
}

const ENDS = ['from', 'where', 'on', 'returning', 'union', 'limit', 'order']

/** What is between commas, up to the parenthesis that closes or the word that ends the list. */
function itemsFrom(tokens: readonly Token[], start: number): { items: Token[][]; end: number } | null {
  const items: Token[][] = [[]]
  let depth = 0
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at]!
    if (depth === 0 && (token.text === ')' || isWord(token, ...ENDS))) return { items, end: at }
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    if (depth === 0 && token.text === ',') items.push([])
    else items.at(-1)!.push(token)
  }
  return depth === 0 ? { items, end: tokens.length } : null
}

function placeOf(token: Token): Pick<LookedUp, 'parameter' | 'value'> | null {
  if (token.kind === 'parameter') return { parameter: Number(token.text.slice(1)) - 1, value: null }
  if (token.kind === 'number') return { parameter: null, value: token.text }
  if (token.kind !== 'string' || !token.text.startsWith("'")) return null
  return { parameter: null, value: token.text.slice(1, -1).replaceAll("''", "'") }
}
