import { q } from '../../../../database/quoted.js'
import { isWord, meaningOf, nameOf } from '../../../../sql/meaning.js'
import type { Token } from '../../../../sql/tokens.js'

/** An index that allows a value once for each user, in place of one for all. */
export interface PerUserTarget {
  owner: string
  /** without the owner column */
  columns: readonly string[]
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
  if (tokens[at]?.text !== '(') return null
  const columns = new Set<string>()
  for (let next = at + 1; ; next += 2) {
    const column = nameOf(tokens[next])
    if (column === null) return null
    columns.add(column)
    const behind = tokens[next + 1]
    if (behind?.text === ',') continue
    // An expression, a collation or an operator class: not an index that has plain columns.
    if (behind?.text !== ')') return null
    const isPartial = isWord(tokens[next + 2], 'where')
    const target = targets.find(
      (one) =>
        one.columns.length === columns.size &&
        one.columns.every((name) => columns.has(name)) &&
        (isPartial || !one.partial),
    )
    return target ? { from: behind.start, to: behind.start, text: `, ${q(target.owner)}` } : null
  }
}
