import { ScopeError } from '../../../../core/scope-error.js'
import { isWord, meaningOf, nameOf } from '../../../../sql/meaning.js'
import { withoutValues } from '../../usage/normalised-sql.js'
import type { Raw } from '../knex/knex-internals.js'
import type { QueryPolicy } from '../policy.js'
import { filledIn } from './raw-text.js'

const BEFORE_TABLE = ['from', 'join', 'into', 'update', 'using', 'only', 'table', 'copy', 'truncate']

/**
 * What happens to raw SQL that reads or writes an owned table. `bound`: the database restricts it to the
 * current user. `refuse`: it is refused. `declared`: the database restricts these texts, others are refused.
 */
export type RawQueries = 'bound' | 'refuse' | { declared: readonly string[] }

/** Refuses a raw text, or does nothing. `kind` is the place where the builder got it. */
export type RefuseRaw = (kind: 'raw' | 'table' | 'join', raw: Raw) => void

/**
 * Makes the guard of one policy. It looks for tables where a text can name a table. A column, `threads.title`
 * in a condition, does not count: the statement around it is scoped.
 */
export function refuseRaw({ rawQueries = 'bound', owned }: QueryPolicy): RefuseRaw {
  if (rawQueries === 'bound') return () => {}
  const declared = new Set(rawQueries === 'refuse' ? [] : rawQueries.declared.map(withoutValues))
  const reached = ownedTableIn(owned.keys())
  return (kind, raw) => {
    const text = withoutValues(String(raw.sql))
    const found = reached(kind, filledIn(raw))
    if (found === null || declared.has(text)) return
    throw new ScopeError(
      'raw_refused',
      `raw SQL reaches "${found}", an owned table, and rawQueries of usertwo.config.ts refuses that: ` +
        'use the query builder, or run it in asSystem(reason, …), or list it, as it stands here, under ' +
        `rawQueries: { declared: […] }, and the database alone keeps it to the current user: ${text}`,
    )
  }
}

/** Returns what finds the first owned table that a raw text reads or writes; null: none. */
export function ownedTableIn(
  owned: Iterable<string>,
): (kind: 'raw' | 'table' | 'join', sql: string) => string | null {
  const names = new Set([...owned].map((name) => name.toLowerCase()))
  return (kind, sql) => tableIn(names, sql, kind === 'table')
}

/**
 * Returns the first of these tables that the text names in the place of a table; null if there is none. Right
 * after FROM and JOIN the text begins with a table. A name with escapes, `U&"…"`, counts as one of them.
 */
function tableIn(tables: ReadonlySet<string>, sql: string, startsWithTable: boolean): string | null {
  const tokens = meaningOf(sql)
  for (let at = 0; at < tokens.length; at++) {
    const before = tokens[at - 1]
    const isPlace = before ? isWord(before, ...BEFORE_TABLE) || /^[,(]$/.test(before.text) : startsWithTable
    if (!isPlace) continue
    let last = at
    while (tokens[last + 1]?.text === '.' && nameOf(tokens[last + 2]) !== null) last += 2
    const name = nameOf(tokens[last])
    if (name === null || tokens[last + 1]?.text === '.') continue
    if (tables.has(name.toLowerCase()) || /^u&/i.test(tokens[last]!.text)) return name
  }
  return null
}
