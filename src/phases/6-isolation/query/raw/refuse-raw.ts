import { ScopeError } from '../../../../core/scope-error.js'
import { isWord, meaningOf, nameOf } from '../../../../sql/meaning.js'
import { withoutValues } from '../../usage/normalised-sql.js'
import type { Raw } from '../knex/knex-internals.js'
import type { QueryPolicy } from '../policy.js'
import { filledIn } from './raw-text.js'

const BEFORE_TABLE = ['from', 'join', 'into', 'update', 'using', 'only', 'table', 'copy', 'truncate']

/**
 * Raw SQL that reads or writes an owned table. `bound`: it is left to the database, which keeps it to the current user.
 * `refuse`: it is refused. `declared`: these texts are left to the database, others are refused.
 */
export type RawQueries = 'bound' | 'refuse' | { declared: readonly string[] }

/** Refuses a raw text, or does nothing. `kind` is where the builder was given it. */
export type RefuseRaw = (kind: 'raw' | 'table' | 'join', raw: Raw) => void

/**
 * The guard of one policy, made once: which tables a text names where a table stands. A column, `threads.title` in a
 * condition, is none: the statement around it is scoped.
 */
export function refuseRaw({ rawQueries = 'bound', owned }: QueryPolicy): RefuseRaw {
  if (rawQueries === 'bound') return () => {}
  const declared = new Set(rawQueries === 'refuse' ? [] : rawQueries.declared.map(withoutValues))
  const names = new Set([...owned.keys()].map((name) => name.toLowerCase()))
  return (kind, raw) => {
    const text = withoutValues(String(raw.sql))
    const found = tableIn(names, filledIn(raw), kind === 'table')
    if (found === null || declared.has(text)) return
    throw new ScopeError(
      'raw_refused',
      `raw SQL reaches "${found}", an owned table, and rawQueries of usertwo.config.ts refuses that: ` +
        'use the query builder, or run it in asSystem(reason, …), or list it, as it stands here, under ' +
        `rawQueries: { declared: […] }, and the database alone keeps it to the current user: ${text}`,
    )
  }
}

/**
 * The first of these tables that the text names where a table can be; null: none. Right after FROM and JOIN the text
 * begins with one. A name with escapes, `U&"…"`, is taken for one of them.
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
