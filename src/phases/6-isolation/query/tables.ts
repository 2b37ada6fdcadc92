import { NOBODYS, useTable } from './access.js'
import { type Frame, nameIn } from './frame.js'
import { isQuery, isRaw, type Join, refText } from './knex/knex-internals.js'
import type { Name } from './names.js'
import { rawTable, reportRaw } from './raw/raw.js'

/** A table, sub-query or CTE that a query reads or writes. */
export interface Relation {
  name: string
  /** The alias as spelled, for writing predicates. */
  as: string
  /** The alias as the database reads it, for finding columns; null for a sub-query without one. */
  alias: string | null
  /** What the app passed: a string, a ref, raw text, a sub-query. */
  source: unknown
  /** From `withSchema`. */
  schema: string | undefined
  /** From the name itself, `s.threads`. */
  qualifier: string | null
  /** A sub-query or CTE: scoped when it is compiled itself. */
  derived: boolean
  /** Its owner column, if it is an owned table. */
  owner: string | null
  /** Whether only the current user's rows may be reached here. */
  scoped: boolean
  /** Owned, but its rows are not separated yet. */
  open: boolean
  join: Join | null
}

export type Verb = 'read' | 'insert' | 'update' | 'delete' | 'truncate'

export interface ClausePlace {
  verb: Verb
  schema?: string | undefined
  join?: Join
  /** The target of a write is never a CTE. */
  ctes?: boolean
}

/**
 * Returns the tables that an entry of FROM, JOIN or USING names.
 * @throws ScopeError unclassified_table, table_closed, users_refused, truncate_refused, no_current_user
 */
export function tablesIn(frame: Frame, source: unknown, place: ClausePlace): Relation[] {
  if (source === undefined || source === null || source === '') return []
  const text = typeof source === 'string' ? source : refText(source)
  if (text !== null) return [named(frame, nameIn(frame, text), source, place)]
  if (isRaw(source)) {
    const name = rawTable(source)
    if (name) return [named(frame, name, source, place)]
    reportRaw(frame.rules, 'table', source)
    return []
  }
  if (isQuery(source)) return [subQuery(frame, source, place)]
  return Object.entries(source as Record<string, unknown>).flatMap(([as, inner]) =>
    tablesIn(frame, inner, place).map((table) => ({ ...table, as, alias: nameIn(frame, as).name })),
  )
}

function named(frame: Frame, name: Name, source: unknown, place: ClausePlace): Relation {
  const refAlias = (source as { _alias?: unknown })._alias
  const aliased = typeof refAlias === 'string'
  const derived = isHiddenByCte(frame, name, place)
  const schema = name.qualifier ?? place.schema
  const use = derived ? NOBODYS : useTable(frame, name.name, schema, place.verb)
  return {
    name: name.name,
    as: aliased ? refAlias : name.spelled,
    alias: aliased ? nameIn(frame, refAlias).name : name.alias,
    source,
    schema: place.schema,
    qualifier: name.qualifier,
    derived,
    owner: use.owner,
    scoped: use.scoped,
    open: use.open,
    join: place.join ?? null,
  }
}

/** The table's name, with the schema if one was given, for this layer's own SQL. */
export function fullName({ name, qualifier, schema }: Relation): string {
  const given = qualifier ?? schema
  return given ? `${given}.${name}` : name
}

/** `with threads as (…) select * from threads` reads the CTE; `from public.threads` never does. */
function isHiddenByCte(frame: Frame, name: Name, place: ClausePlace): boolean {
  return place.ctes !== false && !name.qualifier && !place.schema && frame.ctes.has(name.name)
}

function subQuery(frame: Frame, source: unknown, place: ClausePlace): Relation {
  const as = (source as { _single?: { as?: string } })._single?.as ?? null
  const alias = as === null ? null : nameIn(frame, as).name
  const join = place.join ?? null
  return {
    name: '(query)',
    as: as ?? '',
    alias,
    source,
    schema: undefined,
    qualifier: null,
    derived: true,
    owner: null,
    scoped: false,
    open: false,
    join,
  }
}
