import { memoise } from '../../../../core/memoise.js'
import { q } from '../../../../database/quoted.js'
import { isWord, meaningOf, nameOf } from '../../../../sql/meaning.js'
import type { Token } from '../../../../sql/tokens.js'

/** An index that allows a value once for each user, in place of one for all. */
export interface PerUserTarget {
  owner: string
  /** without the owner column */
  columns: readonly string[]
  /** the rest of it, as PostgreSQL prints it: `lower((name)::text)`; default: none */
  expressions?: readonly string[]
  /** it has a condition, as a target that means it does */
  partial?: boolean
  /** the constraint or index for all users that it replaces */
  replaced: string
}

/**
 * Adds the owner column to each conflict target that names an index for all users which is one per user now:
 * `on conflict (slug)` becomes `on conflict (slug, "user_id")`, and `on constraint` the columns. Any
 * other target stays as it is written.
 *
 * @param targetsOf the indexes per user of a table, by its name
 */
export function withOwnTargets(
  sql: string,
  targetsOf: (table: string) => readonly PerUserTarget[] | undefined,
): string {
  const tokens = meaningOf(sql)
  let table: string | null = null
  let text = ''
  let copied = 0
  tokens.forEach((token, at) => {
    if (isWord(token, 'into') && isWord(tokens[at - 1], 'insert')) table = tableAt(tokens, at + 1)
    if (!isWord(token, 'conflict') || !isWord(tokens[at - 1], 'on') || table === null) return
    const edit = edited(tokens, at + 1, targetsOf(table) ?? [])
    if (!edit) return
    text += sql.slice(copied, edit.from) + edit.text
    copied = edit.to
  })
  return text + sql.slice(copied)
}

/** `notes`, `public.notes`, `"notes"`. */
function tableAt(tokens: readonly Token[], at: number): string | null {
  return tokens[at + 1]?.text === '.' ? nameOf(tokens[at + 2]) : nameOf(tokens[at])
}

interface Edit {
  from: number
  to: number
  text: string
}

function edited(tokens: readonly Token[], at: number, targets: readonly PerUserTarget[]): Edit | null {
  if (isWord(tokens[at], 'on') && isWord(tokens[at + 1], 'constraint')) {
    const named = targets.find(({ replaced }) => replaced === nameOf(tokens[at + 2]))
    if (!named) return null
    const names = [...named.columns, named.owner].map(q).join(', ')
    return { from: tokens[at]!.start, to: tokens[at + 2]!.end, text: `(${names})` }
  }
  const elements = elementsFrom(tokens, at)
  if (!elements) return null
  const { end, meanings } = elements
  const isPartial = isWord(tokens[end + 1], 'where')
  const target = targets.find((one) => {
    const wanted = [...one.columns, ...(one.expressions ?? []).map(meaningOfPrinted)]
    return (
      wanted.length === meanings.size &&
      wanted.every((meaning) => meanings.has(meaning)) &&
      (isPartial || !one.partial)
    )
  })
  const closing = tokens[end]!.start
  return target ? { from: closing, to: closing, text: `, ${q(target.owner)}` } : null
}

/** The elements of a list in parentheses, each by what it means, and the place of its end; null: no list, or one that is not closed. */
function elementsFrom(tokens: readonly Token[], at: number): { end: number; meanings: Set<string> } | null {
  if (tokens[at]?.text !== '(') return null
  const meanings = new Set<string>()
  let depth = 0
  let start = at + 1
  for (let end = at; end < tokens.length; end++) {
    const { text } = tokens[end]!
    if (text === '(') depth++
    if (text === ')') depth--
    if (depth > 1 || (depth === 1 && text !== ',')) continue
    meanings.add(meaningIn(tokens.slice(start, end)))
    start = end + 1
    if (depth === 0) return { end, meanings }
  }
  return null
}

const meaningOfPrinted = memoise((sql) => meaningIn(meaningOf(sql)))

/** Words of a type behind its first. */
const OF_TYPE = ['varying', 'precision', 'with', 'without', 'time', 'zone']

/**
 * An element without what PostgreSQL adds when it prints it: parentheses and casts. Two that are one without these would be two
 * indexes of one table; PostgreSQL then refuses a target that means neither.
 */
function meaningIn(tokens: readonly Token[]): string {
  const meaning: string[] = []
  let isType = false
  let before = ''
  for (const token of tokens) {
    const { text } = token
    const name = nameOf(token)
    const isOfType = isType && ((before === '::' && name !== null) || isWord(token, ...OF_TYPE))
    before = text
    if (text === '::') isType = true
    if (text === '::' || text === '(' || text === ')' || isOfType) continue
    isType = false
    meaning.push(name ?? text)
  }
  return meaning.join(' ')
}
