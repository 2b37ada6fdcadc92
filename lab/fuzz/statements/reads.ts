import fc from 'fast-check'
import { columnsOf, FUZZ_TABLES, type FuzzTable, PRIVATE_TABLES } from '../schema.js'
import { at, type FuzzSource, oneOf, pick, type Query, type Side, sometimes, weighted } from '../side.js'
import { conditions } from './conditions.js'
import { joins } from './joins.js'
import { shapes } from './shapes.js'
import { fromAnything, fromTwo } from './sources.js'

/** Adds CTEs to a query; the parts written afterwards can use them. */
type Ctes = (side: Side, query: Query) => void

/** One or two CTEs. Half of them are named like a table, which later parts then no longer see. */
const ctes: fc.Arbitrary<Ctes> = fc
  .array(oneOf([9, plainCte()], [1, recursiveCte()]), { minLength: 1, maxLength: 2, size: 'max' })
  .map((all) => (side, query) => {
    for (const add of all) add(side, query)
  })

function plainCte(): fc.Arbitrary<Ctes> {
  return fc
    .tuple(pick, sometimes(50), sometimes(20), fc.option(conditions(1), { freq: 2 }))
    .map(([picked, hides, materialized, where]) => (side, query) => {
      const table = at(FUZZ_TABLES, picked)
      const name = hides ? table.name : `cte_${side.ctes.size}`
      if (side.ctes.has(name) || side.ctes.has('tree')) return
      // An earlier CTE may hide the table, with fewer columns and an id that is not a user's.
      const seen = side.ctes.get(table.name) ?? { columns: columnsOf(table), owner: table.owner }
      const { columns } = seen
      const body = side.db(table.name).select(columns)
      const owner = columns.includes(seen.owner ?? '') ? seen.owner : null
      where?.(side, body, [{ alias: table.name, columns, owner }])
      query[materialized ? 'withMaterialized' : 'with'](name, body)
      side.ctes.set(name, { alias: name, columns, owner: ownerName(table) })
    })
}

function ownerName(table: FuzzTable): string | null {
  return table.owner === 'id' ? null : table.owner
}

const TREE = ['id', 'n', 'origin_id', 'user_id']

/**
 * Threads and their descendants. With RECURSIVE a CTE sees itself, so names that hide tables would change the
 * tree.
 */
function recursiveCte(): fc.Arbitrary<Ctes> {
  return fc.nat(5).map((from) => (side, query) => {
    if (side.ctes.size > 0) return
    const alias = side.alias()
    query.withRecursive('tree', (tree) => {
      tree
        .select(TREE)
        .from('threads')
        .where('n', '<=', from)
        .union((more: Query) => {
          more
            .select(TREE.map((name) => `${alias}.${name}`))
            .from({ [alias]: 'threads' })
            .join('tree', 'tree.id', `${alias}.origin_id`)
        })
    })
    side.ctes.set('tree', { alias: 'tree', columns: TREE, owner: 'user_id' })
  })
}

/** A select, written for one side. */
export type FuzzRead = (side: Side) => Query

const joinList = weighted<number>([2, 0], [2, 1], [1, 2]).chain((count) =>
  fc.array(joins, { minLength: count, maxLength: count }),
)

const select: fc.Arbitrary<(side: Side, query: Query) => Query> = fc
  .record({
    inSchema: sometimes(8),
    two: fc.option(fromTwo, { freq: 16 }),
    from: fromAnything,
    joins: joinList,
    where: fc.option(conditions(2), { freq: 2 }),
    shape: shapes,
  })
  .map(({ inSchema, two, from, joins, where, shape }) => (side, query) => {
    side.inSchema = inSchema && side.ctes.size === 0
    if (side.inSchema) query.withSchema(side.schema)
    const several = side.inSchema ? null : two?.(side, query)
    const sources = several ?? [fromOne(side, query, from(side))]
    for (const join of joins) join(side, query, sources, several ? 1 : 0)
    where?.(side, query, sources)
    return shape(side, query, sources)
  })

function fromOne(_side: Side, query: Query, { from, ...source }: FuzzSource & { from: unknown }): FuzzSource {
  query.from(from as never)
  return source
}

const union: fc.Arbitrary<(side: Side, query: Query) => Query> = fc
  .record({
    method: fc.constantFrom('union', 'unionAll', 'intersect', 'except'),
    branches: fc.array(fc.tuple(fromAnything, fc.option(conditions(1), { freq: 2 })), {
      minLength: 2,
      maxLength: 3,
      size: 'max',
    }),
    wrap: sometimes(30),
    callback: sometimes(30),
    ordered: sometimes(20),
  })
  .map(({ method, branches, wrap, callback, ordered }) => (side, query) => {
    const write = (into: Query, [from, where]: (typeof branches)[number]) => {
      const source = fromOne(side, into, from(side))
      where?.(side, into, [source])
      return into.select({ id: `${source.alias}.id`, n: `${source.alias}.n` })
    }
    const [first, ...rest] = branches
    write(query, first!)
    const others = rest.map((branch) =>
      callback ? (into: Query) => void write(into, branch) : write(side.db.queryBuilder(), branch),
    )
    query[method as 'union'](others as Query[], wrap)
    return ordered ? query.orderBy(['id', 'n']).limit(4) : query
  })

/** `select … for update`, on rows that a request may also change. */
const locking: fc.Arbitrary<(side: Side, query: Query) => Query> = fc
  .tuple(pick, conditions(1), sometimes(50))
  .map(([picked, where, share]) => (side, query) => {
    const table = at(
      PRIVATE_TABLES.filter(({ name }) => !side.ctes.has(name)),
      picked,
    )
    query.from(table.name).select('id', 'n')
    where(side, query, [
      { alias: table.name, columns: ['id', 'n', 'name', table.owner!], owner: table.owner },
    ])
    return share ? query.forShare(table.name) : query.forUpdate()
  })

/** Random selects. */
export const reads: fc.Arbitrary<FuzzRead> = fc
  .tuple(fc.option(ctes, { freq: 4 }), oneOf([85, select], [12, union], [3, locking]))
  .map(([before, body]) => (side) => {
    const query = side.db.queryBuilder()
    before?.(side, query)
    return body(side, query)
  })
