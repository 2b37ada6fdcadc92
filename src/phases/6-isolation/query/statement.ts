import { ScopeError } from '../../../core/scope-error.js'
import { compileInOrder, cteNames } from './cte.js'
import type { Frame } from './frame.js'
import { joinsOf, scopeFrom } from './joins.js'
import { type Compiler, isQuery, isRaw, type KnexStatement, refText } from './knex/knex-internals.js'
import { ownRowsCondition, whereOwn } from './predicate.js'
import { rawTable } from './raw/raw.js'
import { ownTarget } from './rows/conflict.js'
import { stampSelect } from './rows/insert-select.js'
import { forCurrentUser } from './rows/owner-literal.js'
import { mergedChanges, mergesKey, ownCounter, stampChanges, stampRows } from './rows/stamp.js'
import { type Relation, tablesIn, type Verb } from './tables.js'

const VERBS: Record<string, Verb> = {
  select: 'read',
  first: 'read',
  pluck: 'read',
  insert: 'insert',
  update: 'update',
  del: 'delete',
  truncate: 'truncate',
}

const NONE: unknown[] = []

/**
 * Scopes one statement to the current user, in the compiler's own copy of it; knex compiles sub-queries as
 * statements of their own, which come here too.
 * @throws ScopeError
 */
export function scopeStatement(frame: Frame, compiler: Compiler): void {
  compiler.single = { ...compiler.single }
  const withs = compiler.grouped.with ?? []
  frame.ctes = cteNames(frame, withs)
  frame.tables = tablesOf(frame, compiler)
  compileInOrder(frame, compiler, withs)
  if (frame.me === undefined) return
  const where = compiler.method === 'insert' ? scopeInsert(frame, compiler) : scopeRest(frame, compiler)
  const { grouped } = compiler
  const app = where.app.length > 0 ? [...(grouped.where ?? []), ...where.app] : (grouped.where ?? [])
  if (app.length + where.own.length > 0) grouped.where = whereOwn(frame, app, where.own)
  if (grouped.having) grouped.having = grouped.having.map((statement) => forCurrentUser(frame, statement))
}

function tablesOf(frame: Frame, compiler: Compiler): Relation[] {
  const { single, method } = compiler
  const verb = VERBS[method]
  if (!verb)
    throw new ScopeError('knex_version', `a query of the kind "${method}" cannot be restricted to one user`)
  const isWrite = verb !== 'read'
  if (isWrite) refuseRawTarget(single.table)
  const tables = tablesIn(frame, single.table, { verb, schema: single.schema, ctes: !isWrite })
  for (const join of joinsOf(compiler)) {
    if (join.joinType !== 'raw')
      tables.push(...tablesIn(frame, join.table, { verb: 'read', schema: join.schema, join }))
  }
  const from = method === 'update' ? single.updateFrom : undefined
  const using = method === 'del' ? single.using : undefined
  for (const source of from || using ? [from, using].flat() : NONE)
    tables.push(...tablesIn(frame, source, { verb: 'read' }))
  return tables
}

/** Refuses raw text that is more than a table's name as the target of a write, because the owner of the rows is unknown. */
function refuseRawTarget(table: unknown): void {
  if (!isRaw(table) || refText(table) !== null || rawTable(table)) return
  throw new ScopeError(
    'raw_refused',
    'a write needs its table as a string, or as raw text that is only its name',
  )
}

interface Where {
  app: KnexStatement[]
  own: KnexStatement[]
}

function scopeInsert(frame: Frame, { single }: Compiler): Where {
  const target = frame.tables[0]
  if (!target?.scoped) return { app: [], own: [] }
  if (isQuery(single.insert)) stampSelect(frame, single, target)
  else if (single.insert) single.insert = stampRows(frame, single.insert, target)
  ownTarget(frame, single, target)
  return { app: [], own: guardMerge(frame, single, target) }
}

/** Restricts DO UPDATE to the current user's row. */
function guardMerge(frame: Frame, single: Compiler['single'], target: Relation): KnexStatement[] {
  if (!single.merge) return []
  const { updates } = single.merge
  // The columns of an inserted select are not known here, so the row must be the user's own.
  const lists = updates || !isQuery(single.insert)
  const set = (changes: Record<string, unknown>) => {
    single.merge = { ...single.merge, updates: changes }
  }
  if (target.open && lists) {
    set(mergedChanges(frame, single.insert, updates, target))
    return []
  }
  if (updates && !Array.isArray(updates)) set(stampChanges(frame, updates as Record<string, unknown>, target))
  else if (lists && mergesKey(frame, single.insert, updates, target))
    set(mergedChanges(frame, single.insert, updates, target))
  return [ownRowsCondition(frame, target)]
}

function scopeRest(frame: Frame, compiler: Compiler): Where {
  const { single, method } = compiler
  const target = frame.tables[0]
  if (method === 'update' && (target?.scoped || target?.open)) {
    if (single.update) single.update = stampChanges(frame, single.update, target)
    if (single.counter) single.counter = ownCounter(frame, single.counter, target)
  }
  return scopeFrom(frame, compiler)
}
