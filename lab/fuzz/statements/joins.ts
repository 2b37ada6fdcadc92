import fc from 'fast-check'
import type { Knex } from 'knex'
import { at, columnAt, type FuzzSource, pick, type Query, type Side, weighted } from '../side.js'
import { conditions } from './conditions.js'
import { fromAnything } from './sources.js'
import { type SubQuery, subQueries } from './sub-queries.js'

/**
 * Joins one more source to a query. In `from a, b join c`, the ON of c cannot see a, so `first` is the index
 * of b.
 */
export type FuzzJoin = (side: Side, query: Query, sources: FuzzSource[], first: number) => void

type How =
  | 'join'
  | 'inner on'
  | 'left'
  | 'left on'
  | 'right'
  | 'right on'
  | 'full'
  | 'full on'
  | 'cross'
  | 'using'
  | 'left using'
  | 'object'

const how = weighted<How>(
  [2, 'join'],
  [1, 'inner on'],
  [2, 'left'],
  [3, 'left on'],
  [1, 'right'],
  [1, 'right on'],
  [1, 'full'],
  [1, 'full on'],
  [1, 'cross'],
  [1, 'using'],
  [2, 'left using'],
  [1, 'object'],
)
const LINKS = /^(n|id|thread_id|event_id|post_id)$/

export const joins: fc.Arbitrary<FuzzJoin> = fc
  .tuple(how, fromAnything, pick, pick, onClause())
  .map(([kind, from, leftPicked, rightPicked, on]) => (side, query, sources, first) => {
    const next = from(side)
    if (sources.some((source) => source.alias === next.alias)) return
    const before = sources.slice(first)
    const left = columnAt(before, leftPicked, LINKS)
    const right = columnAt([next], rightPicked, LINKS)
    const using = sources.length === 1
    sources.push(next)
    const table = next.from
    const clause = function (this: Knex.JoinClause) {
      on(side, this, left, right, before)
    }
    if (kind === 'cross') return void query.crossJoin(table)
    if (kind === 'right') return void query.rightJoin(table, left, right)
    if (kind === 'right on') return void query.rightOuterJoin(table, clause)
    if (kind === 'full') return void query.fullOuterJoin(table, left, right)
    if (kind === 'full on') return void query.fullOuterJoin(table, equalOn(left, right, before, side))
    if (kind === 'left using' && using) return void query.leftJoin(table, (join) => void join.using(['n']))
    if (kind === 'using' && using) return void query.join(table, (join) => void join.using(['n']))
    if (kind === 'left on') return void query.leftJoin(table, clause)
    if (kind === 'left' || kind === 'left using') return void query.leftOuterJoin(table, left, right)
    if (kind === 'inner on') return void query.innerJoin(table, clause)
    if (kind === 'object') return void query.join(table, { [left]: right })
    query.join(table, left, '=', right)
  })

/** Returns an ON for full joins, for which PostgreSQL allows only equalities and conditions on one side. */
function equalOn(left: string, right: string, before: readonly FuzzSource[], side: Side) {
  const owned = before.find((source) => source.owner)
  return (join: Knex.JoinClause) => {
    join.on(left, '=', right)
    if (owned) join.andOnVal(`${owned.alias}.${owned.owner}`, '=', side.me)
  }
}

type On = (
  side: Side,
  join: Knex.JoinClause,
  left: string,
  right: string,
  sources: readonly FuzzSource[],
) => void
type More = 'none' | 'or column' | 'value' | 'list' | 'group' | 'or value' | 'owner' | 'raw owner' | 'exists'

/** ON with OR, values, lists, groups and sub-queries. */
function onClause(): fc.Arbitrary<On> {
  const more = weighted<More>(
    [1, 'none'],
    [1, 'or column'],
    [1, 'value'],
    [1, 'list'],
    [2, 'group'],
    [1, 'or value'],
    [1, 'owner'],
    [1, 'raw owner'],
    [1, 'exists'],
  )
  return fc.tuple(more, pick, subQueries(conditions(0))).map(([kind, picked, sub]): On => {
    return (side, join, left, right, sources) => {
      join.on(left, '=', right)
      const last = sources[sources.length - 1]!
      if (kind === 'or column') join.orOn(`${last.alias}.id`, '=', left)
      if (kind === 'value') join.andOnVal(`${last.alias}.n`, '>', 1)
      if (kind === 'list') join.andOnIn(`${last.alias}.n`, [0, 1, 2, 3])
      if (kind === 'or value') join.orOnVal(`${last.alias}.n`, '=', 2)
      if (kind === 'exists') onExists(join, side, sub, `${last.alias}.n`)
      if (kind === 'group')
        join.andOn((group) => {
          group.on(`${last.alias}.n`, '<', left)
          if (last.owner) group.orOnVal(`${last.alias}.${last.owner}`, '=', side.me)
        })
      const owned = sources.filter((source) => source.owner)
      if (owned.length === 0) return
      const source = at(owned, picked)
      const name = `${source.alias}.${source.owner}`
      if (kind === 'owner') join.andOnVal(name, '=', side.me)
      if (kind === 'raw owner') join.andOn(name, '=', side.db.raw('?', [side.me]))
    }
  })
}

/** Adds EXISTS to an ON. knex supports this, but its types do not. */
function onExists(join: Knex.JoinClause, side: Side, sub: SubQuery, outer: string): void {
  const { orOnExists } = join as unknown as { orOnExists(query: Query): void }
  orOnExists.call(join, sub.correlated(side, outer))
}
