import { allValues, type Condition, type Value } from '../values.js'

/** Members that hold the columns in turn: `create({ data: { id } })`, `upsert({ create: { id } })`. */
const HOLDS = /^(data|create|values)$/

/** Returns the columns of the rows in the arguments of an insert, each with its value. */
export function givenIn(args: readonly Value[]): Condition[] {
  return args.flatMap(allValues).flatMap((one): Condition[] => {
    if (one.kind === 'list') return givenIn([...one.items, ...(one.rest ? [one.rest] : [])])
    if (one.kind !== 'object') return []
    return [...one.properties].flatMap(([column, value]) =>
      HOLDS.test(column) ? givenIn([value]) : [{ column, value }],
    )
  })
}

const INSERT = /\binsert\s+into\s+[\w."]+(?:\s+as\s+\w+)?\s*\(([^)]*)\)\s*(values\s*\(|select\b)/gi
const HOLE = /\$(\d+)|\?(?![?|&])|(?<!:):(\w+)|\$[<{(/](\w+)/

/** Returns the columns that an insert as SQL text gives, with the values of its parameters. */
export function givenInText(sql: string, given: readonly Value[]): Condition[] {
  return [...sql.matchAll(INSERT)].flatMap((insert): Condition[] => {
    const columns = insert[1]!.split(',').map((one) => one.trim().replaceAll('"', ''))
    const start = insert.index + insert[0].length
    const value = (text: string, at: number) => valueIn(text, sql.slice(0, at), given)
    if (/^values/i.test(insert[2]!))
      return itemsFrom(sql, start).flatMap(({ text, at }, place) => pair(columns[place], value(text, at)))
    const from = /\bfrom\s+(unnest|jsonb?_to_recordset|jsonb?_populate_recordset)\s*\(/i.exec(
      sql.slice(start),
    )
    // `insert … select $1, …`
    if (!from)
      return itemsFrom(sql, start).flatMap(({ text, at }, place) => pair(columns[place], value(text, at)))
    const rows = itemsFrom(sql, start + from.index + from[0].length)
    if (/^json/i.test(from[1]!))
      return columns.flatMap((column) =>
        pair(column, rows.map(({ text, at }) => value(text, at)).find(Boolean)),
      )
    return rows.flatMap(({ text, at }, place) => pair(columns[place], value(text, at)))
  })
}

const pair = (column: string | undefined, value: Value | null | undefined): Condition[] =>
  column && value ? [{ column, value }] : []

/** The items of a list up to the bracket that closes it, each with its place in the text. */
function itemsFrom(sql: string, start: number): { text: string; at: number }[] {
  const items: { text: string; at: number }[] = []
  let depth = 0
  let from = start
  for (let at = start; at <= sql.length; at++) {
    const sign = sql[at]
    const isEnd = sign === undefined || (sign === ')' && depth === 0)
    if (isEnd || (sign === ',' && depth === 0)) {
      items.push({ text: sql.slice(from, at), at: from })
      from = at + 1
    }
    if (isEnd) break
    if (sign === '(') depth++
    else if (sign === ')') depth--
  }
  return items
}

/** The value of the first parameter in a piece of SQL. */
function valueIn(text: string, before: string, given: readonly Value[]): Value | null {
  const [first] = given
  const values = first?.kind === 'list' ? first.items : given
  const hole = HOLE.exec(text)
  if (!hole) return null
  const [sign, number, named, template] = hole
  if (number) return values[Number(number) - 1] ?? null
  if (sign === '?') return values[[...before.matchAll(/\?(?![?|&])/g)].length] ?? null
  return first?.kind === 'object' ? (first.properties.get((named ?? template)!) ?? null) : null
}
