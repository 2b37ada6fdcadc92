import fc from 'fast-check'
import type { Knex } from 'knex'
import { columnsOf, FUZZ_TABLES } from '../schema.js'
import { at, type FuzzSource, pick, type Query, type Side, sometimes, weighted } from '../side.js'

/** An item of FROM or JOIN: a table, a CTE or a sub-query, in one of the forms that knex accepts. */
export type From = (side: Side) => FuzzSource & { from: Knex.Raw }

type Spelling = 'as' | 'object' | 'raw' | 'ref' | 'bare' | 'query' | 'callback' | 'union'

const spelling = weighted<Spelling>(
  [5, 'as'],
  [1, 'object'],
  [1, 'raw'],
  [1, 'ref'],
  [1, 'bare'],
  [3, 'query'],
  [1, 'callback'],
  [1, 'union'],
)

export const fromAnything: fc.Arbitrary<From> = fc
  .tuple(spelling, sometimes(50), pick, pick, fc.option(fc.nat(3)))
  .map(([how, cteFirst, picked, n, where]) => (side) => {
    const alias = side.alias()
    const cte = side.ctes.size > 0 && cteFirst ? at([...side.ctes.values()], n) : undefined
    const table = at(FUZZ_TABLES, picked)
    const name = cte?.alias ?? table.name
    const hidden = side.ctes.get(name)
    const seen = hidden ?? { columns: columnsOf(table), owner: table.owner }
    const source = { alias, columns: seen.columns, owner: seen.owner }
    const as = (from: unknown, more: Partial<FuzzSource> = {}) => ({
      ...source,
      ...more,
      from: from as Knex.Raw,
    })
    // knex writes a schema before names only: `"s"."[object Object]"`.
    if (how === 'as' || side.inSchema) return as(`${name} as ${alias}`)
    if (how === 'object') return as({ [alias]: name })
    if (how === 'raw') return as(side.db.raw('?? as ??', [name, alias]))
    if (how === 'ref') return as(side.db.ref(name).as(alias))
    if (how === 'bare' && !hidden) return as(name, { alias: name })
    // A users row in a sub-query has no owner column by name.
    const owner = seen.owner === 'id' ? null : seen.owner
    const inner = (query: Query) => {
      query.from(name).select(seen.columns)
      if (where !== null) query.where({ n: where })
      return query
    }
    if (how === 'callback')
      return as(
        function (this: Query) {
          inner(this).as(alias)
        },
        { owner },
      )
    const query = inner(side.db.queryBuilder())
    if (how === 'union') query.unionAll([inner(side.db.queryBuilder())])
    return as(query.as(alias), { owner })
  })

/** `from a, b`, in knex's object form; null if a CTE hides one of them. */
export const fromTwo: fc.Arbitrary<(side: Side, query: Query) => FuzzSource[] | null> = fc
  .tuple(pick, pick)
  .map((picked) => (side, query) => {
    const tables = picked.map((number) => at(FUZZ_TABLES, number))
    if (tables.some((table) => side.ctes.has(table.name))) return null
    const sources = tables.map((table) => ({
      alias: side.alias(),
      columns: columnsOf(table),
      owner: table.owner,
    }))
    query.from(Object.fromEntries(sources.map((source, i) => [source.alias, tables[i]!.name])) as never)
    return sources
  })
