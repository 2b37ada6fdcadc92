import fc from 'fast-check'
import { columnAt, type FuzzSource, oneOf, pick, type Query, type Side } from '../side.js'
import { conditions } from './conditions.js'
import { subQueries } from './sub-queries.js'

/** What a query selects: columns, a page of them, aggregates, groups, windows, one value. */
export type Shape = (side: Side, query: Query, sources: readonly FuzzSource[]) => Query

const sub = subQueries(conditions(0))

/** A shape that needs one number, usually a column called n. */
function ofN(
  write: (query: Query, n: string, side: Side, sources: readonly FuzzSource[]) => Query,
): fc.Arbitrary<Shape> {
  return pick.map(
    (picked) => (side, query, sources) => write(query, columnAt(sources, picked, /^n$/), side, sources),
  )
}

const columns = ofN((query, n, _side, sources) => query.select([...everyId(sources), n].map(numbered)))

const all: fc.Arbitrary<Shape> = ofN((query, n, _side, sources) =>
  sources.length === 1 ? query : query.select([...everyId(sources), n].map(numbered)),
)

const page = fc.tuple(fc.constantFrom(2, 5), fc.nat(1), pick).map(([limit, offset, picked]): Shape => {
  return (_side, query, sources) => {
    const listed = [...everyId(sources), columnAt(sources, picked, /^n$/)]
    return query.select(listed.map(numbered)).orderBy(ordered(listed)).limit(limit).offset(offset)
  }
})

const first: fc.Arbitrary<Shape> = ofN((query, n, _side, sources) => {
  const listed = [...everyId(sources), n]
  return query.orderBy(ordered(listed)).first(listed.map(numbered))
})

const distinct = pick.map(
  (picked): Shape =>
    (_side, query, sources) =>
      query.distinct(columnAt(sources, picked)),
)

/** `distinct on` keeps the first row of each group, so the query is ordered by everything it selects. */
const distinctOn: fc.Arbitrary<Shape> = ofN((query, n, _side, sources) => {
  const listed = [n, ...everyId(sources)]
  return query.distinctOn(n).select(listed.map(numbered)).orderBy(ordered(listed))
})

const aggregates: [number, fc.Arbitrary<Shape>][] = [
  [2, ofN((query, n) => query.count('* as c').max(`${n} as m`))],
  [1, ofN((query, n) => query.sum(`${n} as s`).avg(`${n} as c`).min(`${n} as m`))],
  [1, ofN((query, n) => query.countDistinct(`${n} as c`))],
  [2, ofN((query, n) => query.select(`${n} as k`).count('* as c').groupBy(n))],
  [
    1,
    ofN((query, n) =>
      query.select(`${n} as k`).count('* as c').groupByRaw('??', [n]).havingRaw('count(*) > ?', [1]),
    ),
  ],
  [
    1,
    ofN((query, n) =>
      query.select(`${n} as k`).sum(`${n} as s`).groupBy(n).having(n, '>=', 0).orHaving(n, '=', 0),
    ),
  ],
  [1, ofN((query, n) => query.select(`${n} as k`).groupBy(n).havingIn(n, [0, 1, 2, 3]).havingNotNull(n))],
]

/** `having user_id = 1`. */
const havingOwner: fc.Arbitrary<Shape> = ofN((query, n, side, sources) => {
  const grouped = query.select(`${n} as k`).sum(`${n} as s`).groupBy(n).having(n, '>=', 0)
  const owned = sources.find((source) => source.owner)
  if (!owned) return grouped
  const name = `${owned.alias}.${owned.owner}`
  return grouped.groupBy(name).having(name, '=', side.me)
})

/** Sub-queries in the select list, in HAVING, in ORDER BY and in FROM. */
const around: fc.Arbitrary<Shape> = fc
  .tuple(fc.constantFrom('select', 'count', 'having', 'order', 'from'), pick, sub)
  .map(([where, picked, inner]) => (side, query, sources) => {
    const n = columnAt(sources, picked, /^n$/)
    if (where === 'having')
      return query
        .select(`${n} as k`)
        .count('* as c')
        .groupBy(n)
        .havingRaw('count(*) >= (?)', [inner.value(side)])
    if (where === 'count')
      return query
        .select(`${n} as k`)
        .count('* as c')
        .groupBy(n)
        .havingIn(n, inner.column(side, /^n$/) as never)
    const listed = [...everyId(sources), n]
    query.select(listed.map(numbered))
    if (where === 'select')
      return query.select(
        side.db.queryBuilder().from(inner.correlated(side, n).as('one')).count('*').as('sub'),
      )
    if (where === 'order')
      return query.orderBy([{ column: inner.value(side) as never }, ...ordered(listed)]).limit(3)
    return side.db.queryBuilder().from(query.as('inner_one')).where('c0', '>', 0).count('c0 as c')
  })

/** Windows, ordered by everything so that a rank is deterministic. */
const windows = fc
  .tuple(fc.constantFrom('rowNumber', 'rank', 'denseRank', 'raw'), pick)
  .map(([how, picked]): Shape => {
    return (side, query, sources) => {
      const n = columnAt(sources, picked, /^n$/)
      const ids = everyId(sources)
      query.select([...ids, n].map(numbered))
      if (how === 'raw')
        return query.select(side.db.raw('sum(??) over (partition by ??) as total', [n, ids[0]!]))
      return query[how as 'rank']('place', (over) => void over.partitionBy(n).orderBy(ordered(ids) as never))
    }
  })

export const shapes: fc.Arbitrary<Shape> = oneOf(
  [6, columns],
  [2, all],
  [3, page],
  [2, first],
  [2, ofN((query, _n, _side, sources) => query.pluck(everyId(sources)[0]!))],
  [2, distinct],
  [1, distinctOn],
  [5, oneOf(...aggregates)],
  [2, havingOwner],
  [4, around],
  [2, windows],
)

function everyId(sources: readonly FuzzSource[]): string[] {
  return sources.map((source) => `${source.alias}.id`)
}

function ordered(columns: readonly string[]): { column: string }[] {
  return columns.map((column) => ({ column }))
}

function numbered(name: string, i: number): string {
  return `${name} as c${i}`
}
