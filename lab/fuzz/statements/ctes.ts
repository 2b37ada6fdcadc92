import fc from 'fast-check'
import { columnsOf, FUZZ_TABLES, type FuzzTable } from '../schema.js'
import { at, oneOf, pick, type Query, type Side, sometimes } from '../side.js'
import { conditions } from './conditions.js'

/** Adds CTEs to a query; the parts written afterwards can use them. */
export type Ctes = (side: Side, query: Query) => void

/** One or two CTEs. Half of them are named like a table, which later parts then no longer see. */
export const ctes: fc.Arbitrary<Ctes> = fc
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
