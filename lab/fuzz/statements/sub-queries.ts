import fc from 'fast-check'
import { FUZZ_TABLES } from '../schema.js'
import { at, columnAt, type FuzzSource, pick, type Query, type Side, sometimes } from '../side.js'
import type { Conditions } from './conditions.js'

/** A query on one table or CTE, in the forms that other queries need. */
export interface SubQuery {
  /** One column whose name matches. */
  column(side: Side, like: RegExp): Query
  /** Rows that match a column of the outer query. */
  correlated(side: Side, outer: string): Query
  /** One value. */
  value(side: Side): Query
  /** One column of numbers, written into a builder that knex provides. */
  into(side: Side, query: Query): void
}

/** Sub-queries, most of them with the given conditions; occasionally a union of two. */
export function subQueries(conditions: fc.Arbitrary<Conditions>): fc.Arbitrary<SubQuery> {
  const where = fc.option(conditions, { freq: 2 })
  return fc.tuple(pick, where, sometimes(12), pick).map(([table, inner, united, picked]): SubQuery => {
    const from = (side: Side, query: Query) => write(side, query, table, inner)
    return {
      column(side, like) {
        const query = side.db.queryBuilder()
        const source = from(side, query)
        const names = source.columns.filter((name) => like.test(name) && name !== source.owner)
        query.select(`${source.alias}.${names.length > 0 ? at(names, picked) : 'n'}`)
        if (!united || names.length > 0) return query
        const other = side.db.queryBuilder()
        other.select(`${write(side, other, picked, null).alias}.n`)
        return query.union([other])
      },
      correlated(side, outer) {
        const query = side.db.queryBuilder()
        const { alias } = from(side, query)
        return query.select(`${alias}.id`).where(`${alias}.n`, side.db.ref(outer))
      },
      value(side) {
        const query = side.db.queryBuilder()
        return query.max(`${from(side, query).alias}.n`)
      },
      into(side, query) {
        query.select(columnAt([from(side, query)], picked, /^n$/))
      },
    }
  })
}

function write(side: Side, query: Query, picked: number, where: Conditions | null): FuzzSource {
  const table = at(FUZZ_TABLES, picked)
  const alias = side.alias()
  const known = side.ctes.get(table.name)
  const columns = known?.columns ?? ['id', 'n', 'name', ...Object.keys(table.links)]
  const source: FuzzSource = { alias, columns, owner: known ? known.owner : table.owner }
  query.from(`${table.name} as ${alias}`)
  where?.(side, query, [source])
  return source
}
