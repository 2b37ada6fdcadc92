import { ScopeError } from '../../../core/scope-error.js'
import { quotedTable } from '../../../database/quoted.js'
import { withoutValues } from '../usage/normalised-sql.js'
import type { Raw } from './knex-internals.js'
import type { QueryPolicy } from './policy.js'

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
  const names = [...owned.keys()].map((name) => name.replace(/[^\w]/g, '\\$&')).join('|')
  const aTable = new RegExp(
    String.raw`(?:\b(?:from|join|into|update|using|only|table|copy|truncate)\b|,|\()\s*` +
      String.raw`(?:(?:"[^"]+"|\w+)\s*\.\s*)?"?(${names})"?(?![\w"])(?!\s*\.)`,
    'i',
  )
  const atStart = new RegExp(
    String.raw`^\s*(?:(?:"[^"]+"|\w+)\s*\.\s*)?"?(${names})"?(?![\w"])(?!\s*\.)`,
    'i',
  )
  return (kind, raw) => {
    const text = withoutValues(String(raw.sql))
    const filled = withoutValues(withNames(raw))
    // Beside FROM and JOIN the text begins with a table.
    const found = aTable.exec(filled) ?? (kind === 'table' ? atStart.exec(filled) : null)
    if (!found || declared.has(text)) return
    throw new ScopeError(
      'raw_refused',
      `raw SQL reaches "${found[1]}", an owned table, and rawQueries of usertwo.config.ts refuses that: ` +
        'use the query builder, or run it in asSystem(reason, …), or list it, as it stands here, under ' +
        `rawQueries: { declared: […] }, and the database alone keeps it to the current user: ${text}`,
    )
  }
}

/** The text with the names it is given, `??` and `:name:`; values stay marks. */
function withNames({ sql, bindings }: Raw): string {
  if (Array.isArray(bindings)) {
    let at = 0
    return String(sql).replace(/\\\?|\?\??/g, (mark) => {
      if (mark === '\\?') return mark
      const binding: unknown = bindings[at++]
      return mark === '??' && typeof binding === 'string' ? quotedTable(binding) : mark
    })
  }
  const named = (typeof bindings === 'object' && bindings !== null ? bindings : {}) as Record<string, unknown>
  return String(sql)
    .replace(/:(\w+):/g, (mark, name: string) =>
      typeof named[name] === 'string' ? quotedTable(named[name]) : mark,
    )
    .replace('??', (mark) => (typeof bindings === 'string' ? quotedTable(bindings) : mark))
}
