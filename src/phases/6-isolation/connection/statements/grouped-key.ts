import { q } from '../../../../database/quoted.js'
import { isWord, meaningOf, nameOf } from '../../../../sql/meaning.js'
import type { Token } from '../../../../sql/tokens.js'

/** A primary key that allows a value once for each user, in place of one for all. */
export interface PerUserKey {
  /** of its table */
  schema: string
  owner: string
  /** without the owner column */
  columns: readonly string[]
}

/** A table in a `from`, as the rest of the query names it. */
interface Source {
  /** null: it is written without one */
  schema: string | null
  table: string
  /** as it is written */
  name: Token
}

/**
 * Adds the owner column to each `group by` over a primary key that is one per user now. PostgreSQL lets such a query read
 * the other columns of the table, and takes only the whole primary key for one: `group by n.id` becomes
 * `group by n.id, n."user_id"`. The groups stay the same, because a user has a key once.
 *
 * @param keyOf the primary key of a table, by its name
 */
export function withOwnGroups(sql: string, keyOf: (table: string) => PerUserKey | undefined): string {
  const tokens = meaningOf(sql)
  const made = namedQueries(tokens)
  let text = ''
  let copied = 0
  tokens.forEach((token, at) => {
    if (!isWord(token, 'group') || !isWord(tokens[at + 1], 'by')) return
    const items = itemsFrom(tokens, at + 2)
    const end = items.at(-1)?.at(-1)?.end
    if (end === undefined || items.some(([first]) => isWord(first, 'rollup', 'cube', 'grouping'))) return
    const more = sourcesBefore(tokens, at).flatMap(({ schema, table, name }) => {
      const key = schema === null && made.has(table) ? undefined : keyOf(table)
      const has = (column: string) => items.some((item) => names(item, name, column))
      if (!key?.columns.every(has) || has(key.owner) || (schema ?? key.schema) !== key.schema) return []
      return [`, ${name.text}.${q(key.owner)}`]
    })
    if (more.length === 0) return
    text += sql.slice(copied, end) + more.join('')
    copied = end
  })
  return text + sql.slice(copied)
}

/** `id`, `n.id`, `public.notes.id` */
function names(item: readonly Token[], source: Token, column: string): boolean {
  if (nameOf(item.at(-1)) !== column) return false
  if (item.length === 1) return true
  const isPath = item.every((token, at) => (at % 2 ? token.text === '.' : nameOf(token) !== null))
  return isPath && nameOf(item.at(-3)) === nameOf(source)
}

const opens = ({ kind, text }: Token) => kind === 'mark' && /^[([]$/.test(text)
const closes = ({ kind, text }: Token) => kind === 'mark' && /^[)\]]$/.test(text)

/** What may follow the items of a `group by`. */
const BEHIND_GROUPS = 'having window order limit offset fetch for union intersect except on returning'.split(
  ' ',
)

/** The items of a `group by`, each with its tokens. */
function itemsFrom(tokens: readonly Token[], from: number): Token[][] {
  const items: Token[][] = [[]]
  let depth = 0
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]!
    if (depth === 0 && (closes(token) || token.text === ';' || isWord(token, ...BEHIND_GROUPS))) break
    if (opens(token)) depth++
    if (closes(token)) depth--
    if (depth === 0 && token.text === ',') items.push([])
    else items.at(-1)!.push(token)
  }
  const [first] = items
  if (isWord(first?.[0], 'all', 'distinct')) first!.shift()
  return items.every((item) => item.length > 0) ? items : []
}

/** The tables of the `from` that belongs to the `group by` at a place. */
function sourcesBefore(tokens: readonly Token[], at: number): Source[] {
  let depth = 0
  for (let from = at - 1; from >= 0; from--) {
    const token = tokens[from]!
    if (closes(token)) depth++
    if (opens(token) && --depth < 0) return []
    const isFrom = depth === 0 && isWord(token, 'from') && !isWord(tokens[from - 1], 'distinct')
    if (isFrom) return sourcesIn(tokens.slice(from + 1, at))
  }
  return []
}

/** What may follow a table that has no other name. */
const BEHIND_TABLES =
  'on using join inner left right full cross natural where tablesample group order limit'.split(' ')

function sourcesIn(tokens: readonly Token[]): Source[] {
  const sources: Source[] = []
  let expected = true
  let depth = 0
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!
    if (depth === 0 && isWord(token, 'where')) break
    // A join in parentheses; a query in them has its own names.
    if (expected && token.text === '(' && !isWord(tokens[at + 1], 'select', 'with', 'values')) continue
    if (opens(token)) depth++
    else if (closes(token)) depth = Math.max(0, depth - 1)
    else if (depth === 0 && (token.text === ',' || isWord(token, 'join'))) {
      expected = true
      continue
    } else if (expected && isWord(token, 'only', 'lateral')) continue
    else if (expected && depth === 0 && nameOf(token) !== null) {
      const last = tokens[at + 1]?.text === '.' ? at + 2 : at
      const source = sourceAt(tokens, last)
      if (source) sources.push({ ...source, schema: last === at ? null : nameOf(token) })
      at = last
    }
    expected = false
  }
  return sources
}

/** The table whose name ends at a place; null: a function. */
function sourceAt(tokens: readonly Token[], at: number): Omit<Source, 'schema'> | null {
  const table = nameOf(tokens[at])
  const next = tokens[at + 1]?.text === '*' ? at + 2 : at + 1
  if (table === null || tokens[next]?.text === '(') return null
  const alias = tokens[isWord(tokens[next], 'as') ? next + 1 : next]
  const isAlias = nameOf(alias) !== null && !isWord(alias, ...BEHIND_TABLES)
  return { table, name: isAlias ? alias! : tokens[at]! }
}

/** The names of the queries in front: `with recent as (…)`. */
function namedQueries(tokens: readonly Token[]): Set<string> {
  const made = new Set<string>()
  tokens.forEach((token, at) => {
    if (!isWord(token, 'as')) return
    let behind = at + 1
    while (isWord(tokens[behind], 'not', 'materialized')) behind++
    if (tokens[behind]?.text !== '(') return
    let before = at - 1
    if (tokens[before]?.text === ')') {
      while (before >= 0 && tokens[before]!.text !== '(') before--
      before--
    }
    const name = nameOf(tokens[before])
    if (name !== null) made.add(name)
  })
  return made
}
