import fc from 'fast-check'
import { idOf, PRIVATE_TABLES, WRITABLE } from '../schema.js'
import { at, oneOf, pick, type Query, type Side, sometimes } from '../side.js'
import { conditions } from './conditions.js'
import { newRows } from './rows.js'
import { subQueries } from './sub-queries.js'
import { into, type MakeWrite, sourceOf, writeOf } from './write.js'

/** Adds `returning`, in the forms that apps use, or nothing. */
export const returning: fc.Arbitrary<(query: Query) => Query> = fc
  .constantFrom(null, null, ['id', 'n'], '*', 'id')
  .map((columns) => (query) => (columns === null ? query : query.returning(columns as string[])))

const one: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, newRows, returning)
  .map(([table, row, back]) => (side, who) => {
    const target = at(WRITABLE, table)
    return writeOf(back(into(side, target).insert(row(side, target, who))))
  })

const several: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, fc.array(newRows, { minLength: 2, maxLength: 4, size: 'max' }), returning)
  .map(([table, rows, back]) => (side, who) => {
    const target = at(WRITABLE, table)
    return writeOf(back(into(side, target).insert(rows.map((row) => row(side, target, who)))))
  })

const batch: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, fc.array(newRows, { minLength: 2, maxLength: 4, size: 'max' }))
  .map(([table, rows]) => (side, who) => {
    const target = at(WRITABLE, table)
    const made = rows.map((row) => ({ name: null, ...row(side, target, who) }))
    return {
      run: () => side.db.batchInsert<Record<string, unknown>>(target.name, made, 2).returning('n'),
      sql: () => `batchInsert(${target.name}, ${JSON.stringify(made)}, 2)`,
    }
  })

/** Values that are sub-queries. */
const computed: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, newRows, subQueries(conditions(0)), returning)
  .map(([table, row, sub, back]) => (side, who) => {
    const target = at(WRITABLE, table)
    const values = { ...row(side, target, who), n: sub.value(side) }
    return writeOf(back(into(side, target).insert(values)))
  })

/** The owner column is selected from the user's own rows, or not named at all. */
const fromSelect: fc.Arbitrary<MakeWrite> = fc
  .record({
    target: pick,
    from: pick,
    where: fc.option(conditions(1), { freq: 3 }),
    distinct: sometimes(20),
    owner: sometimes(60),
    name: sometimes(50),
    listed: sometimes(70),
    cte: sometimes(20),
  })
  .map(({ target, from, where, distinct, owner, name, listed, cte }) => (side) => {
    const table = at(PRIVATE_TABLES, target)
    const others = (owner ? PRIVATE_TABLES : WRITABLE).filter((other) => other !== table)
    const source = at(others, from)
    const select = side.db.queryBuilder()
    if (cte) select.with('picked', side.db(source.name).select(sourceOf(source).columns)).from('picked')
    else select.from(source.name)
    const seen = { ...sourceOf(source), alias: cte ? 'picked' : source.name }
    where?.(side, select, [seen])
    if (distinct) select.distinct()
    // Without a list, the columns are the table's first ones: id, its owner, n.
    const named = !listed && owner
    const columns = named
      ? ['id', source.owner!, 'n']
      : ['id', 'n', ...(name ? ['name'] : []), ...(owner ? [source.owner!] : [])]
    select.select(columns.map((column) => `${seen.alias}.${column}`))
    if (named) return writeOf(into(side, table).insert(select))
    const names = columns.map((column) => (column === source.owner ? table.owner! : column))
    const list = side.db.raw(`?? (${names.map(() => '??').join(', ')})`, [table.name, ...names])
    return writeOf(side.db.into(list).insert(select))
  })

/** Upserts of the user's own row, or of a new one. */
const upsert: fc.Arbitrary<MakeWrite> = fc
  .record({
    target: pick,
    row: newRows,
    at: pick,
    how: fc.constantFrom('merge', 'columns', 'changes', 'ignore'),
    where: sometimes(30),
    back: returning,
  })
  .map(({ target, row, at: taken, how, where, back }) => (side, who) => {
    const table = at(WRITABLE, target)
    const values = { ...row(side, table, who), id: idOf(table.name, who.user, taken % 12) }
    const insert = into(side, table).insert(values).onConflict('id')
    return writeOf(back(onConflict(insert, { how, where, table: table.name, owner: table.owner!, side })))
  })

export interface Conflict {
  how: string
  where: boolean
  table: string
  owner: string
  side: Side
}

/** Completes `onConflict(…)`. */
export function onConflict(
  insert: ReturnType<Query['onConflict']>,
  { how, where, table, owner, side }: Conflict,
): Query {
  if (how === 'ignore') return insert.ignore() as unknown as Query
  const merged =
    how === 'merge'
      ? insert.merge()
      : how === 'columns'
        ? insert.merge(['n'])
        : insert.merge({ n: 5, [owner]: side.me })
  const query = merged as unknown as Query
  return where ? query.where(`${table}.n`, '>', 1).orWhere(`${table}.n`, 0) : query
}

export const inserts: fc.Arbitrary<MakeWrite> = oneOf(
  [4, one],
  [2, several],
  [2, fromSelect],
  [2, upsert],
  [1, batch],
  [1, computed],
)
