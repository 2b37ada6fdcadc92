import fc from 'fast-check'
import type { Knex } from 'knex'
import { FAMOUS, FUZZ_USERS, type FuzzTable, idOf, PRIVATE_TABLES, tableOf, WRITABLE } from './schema.js'
import { at, oneOf, pick, type Query, type Side, sometimes } from './side.js'
import { type Conditions, conditions } from './statements/conditions.js'
import { returning } from './statements/inserts.js'
import { referenceOf, references } from './statements/rows.js'
import { subQueries } from './statements/sub-queries.js'
import { into, type MakeWrite, sourceOf, writeOf } from './statements/write.js'

const UPDATABLE = [...WRITABLE, tableOf('users')]
const deep = conditions(2)
const shallow = conditions(1)

const update: fc.Arbitrary<MakeWrite> = fc
  .record({
    target: pick,
    where: fc.option(deep, { freq: 10 }),
    n: fc.nat(5),
    owner: sometimes(30),
    link: fc.option(fc.tuple(pick, references), { freq: 2 }),
    value: fc.option(subQueries(conditions(0)), { freq: 4 }),
    back: returning,
  })
  .map(({ target, where, n, owner, link, value, back }) => (side, who) => {
    const table = at(UPDATABLE, target)
    const changes: Record<string, unknown> = { n: value ? value.value(side) : n, name: 'new' }
    if (owner && table.owner !== 'id') changes[table.owner!] = side.me
    const columns = Object.keys(table.links)
    if (link && columns.length > 0) {
      const column = at(columns, link[0])
      const to = referenceOf(table, column, link[1], who)
      if (to !== undefined) changes[column] = to
    }
    const query = into(side, table)
    where?.(side, query, [sourceOf(table)])
    return writeOf(back(query.update(changes)))
  })

interface Pair {
  table: FuzzTable
  second: FuzzTable
  /** The columns they are joined by. */
  on: [string, string]
  /** The columns that can be returned: every column only if at most one row matches. */
  columns: string
  where: Conditions | null
}

/** Two different tables, joined by a column that references the other or by the unspecific column `n`. */
const pairs: fc.Arbitrary<Pair> = fc
  .tuple(pick, pick, sometimes(50), fc.option(shallow, { freq: 5 }))
  .map(([one, other, byLink, where]) => {
    const table = at(PRIVATE_TABLES, one)
    const others = WRITABLE.filter((candidate) => candidate !== table)
    const links = Object.entries(table.links).filter(([, { to }]) => others.includes(tableOf(to)))
    if (!byLink || links.length === 0) {
      const second = at(others, other)
      return {
        table,
        second,
        on: [`${table.name}.n`, `${second.name}.n`],
        columns: `${table.name}.id`,
        where,
      }
    }
    const [column, { to }] = at(links, other)
    return { table, second: tableOf(to), on: [`${table.name}.${column}`, `${to}.id`], columns: '*', where }
  })

const updateFrom: fc.Arbitrary<MakeWrite> = fc
  .tuple(pairs, sometimes(60))
  .map(([{ table, second, on, columns, where }, back]) => (side) => {
    const query = into(side, table).updateFrom(second.name as unknown as Knex.Raw)
    query.where(on[0], side.db.ref(on[1]))
    where?.(side, query, [sourceOf(table), sourceOf(second)])
    query.update({ name: 'from' })
    return writeOf(back ? query.returning(columns) : query)
  })

/** knex leaves out the join of an update, in both databases. */
const updateJoin: fc.Arbitrary<MakeWrite> = pairs.map(({ table, second, on, where }) => (side) => {
  const query = into(side, table).join(second.name, ...on)
  where?.(side, query, [sourceOf(table)])
  return writeOf(query.update({ name: 'join' }))
})

const counter: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, shallow, sometimes(50), returning)
  .map(([target, where, up, back]) => (side) => {
    const table = at(WRITABLE, target)
    const query = into(side, table)
    where(side, query, [sourceOf(table)])
    return writeOf(back(up ? query.increment('n', 2) : query.decrement({ n: 1 })))
  })

const remove: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, fc.option(deep, { freq: 10 }), returning)
  .map(([target, where, back]) => (side) => {
    const table = at(WRITABLE, target)
    const query = into(side, table)
    if (where) guarded(side, query, table, where)
    else spare(query, table)
    return writeOf(back(query.del()))
  })

/**
 * Adds the conditions, grouped for posts, because an OR would otherwise reach posts that cannot be deleted.
 */
function guarded(side: Side, query: Query, table: FuzzTable, where: Conditions): void {
  if (table.access === 'readable') query.where((group) => where(side, group, [sourceOf(table)]))
  else where(side, query, [sourceOf(table)])
  spare(query, table)
}

/** Excludes posts that other users' labels reference: their deletion is a case of its own. */
function spare(query: Query, table: FuzzTable): void {
  if (table.access !== 'readable') return
  const famous = FUZZ_USERS.flatMap((user) =>
    Array.from({ length: FAMOUS }, (_, row) => idOf(table.name, user, row)),
  )
  query.whereNotIn(`${table.name}.id`, famous)
}

const removeJoined: fc.Arbitrary<MakeWrite> = fc
  .tuple(pairs, fc.constantFrom('join', 'using', 'left'), sometimes(60))
  .map(([{ table, second, on, columns, where }, how, back]) => (side) => {
    const query = into(side, table)
    if (how === 'join') query.join(second.name, ...on)
    else if (how === 'left') query.leftJoin(second.name, ...on)
    else query.using([second.name]).where(on[0], side.db.ref(on[1]))
    where?.(side, query, [sourceOf(table), sourceOf(second)])
    return writeOf(back ? query.returning(columns).del() : query.del())
  })

/** A CTE named like the table it reads, and a write that must not use it. */
const throughCte: fc.Arbitrary<MakeWrite> = fc
  .tuple(pairs, sometimes(50), sometimes(50), returning)
  .map(([{ table, second, where }, hides, removes, back]) => (side) => {
    const picked = side.db(second.name).select('n')
    where?.(side, picked, [sourceOf(second)])
    const name = hides ? table.name : 'picked'
    const query = into(side, table).with(name, picked)
    query.whereIn(`${table.name}.n`, side.db(name).select('n'))
    return writeOf(back(removes ? query.del() : query.update({ name: 'cte' })))
  })

/** A CTE that writes, and a select of the rows it returned. */
const writingCte: fc.Arbitrary<MakeWrite> = fc
  .tuple(pick, shallow, fc.constantFrom('delete', 'update', 'insert'), pick)
  .map(([target, where, how, n]) => (side) => {
    const table = at(PRIVATE_TABLES, target)
    const inner = into(side, table)
    if (how === 'insert') inner.insert({ n: n % 6, name: 'cte' })
    else where(side, inner, [sourceOf(table)])
    if (how === 'delete') inner.del()
    if (how === 'update') inner.update({ name: 'cte' })
    const query = side.db.queryBuilder().with('changed', inner.returning(['id', 'n']))
    return writeOf(query.from('changed').select('id', 'n'))
  })

export const changes: fc.Arbitrary<MakeWrite> = oneOf(
  [4, update],
  [2, remove],
  [1, updateFrom],
  [1, updateJoin],
  [1, counter],
  [2, removeJoined],
  [1, throughCte],
  [1, writingCte],
)
