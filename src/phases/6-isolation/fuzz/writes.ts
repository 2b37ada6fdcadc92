import type { Knex } from 'knex'
import { addConditions, type Side, type Source } from './conditions.js'
import type { Random } from './random.js'
import { columnsOf, type FuzzTable, idOf, USERS, WRITABLE } from './schema.js'

type Query = Knex.QueryBuilder

export interface Write {
  query: Query
  /**
   * It names a row of somebody else by its id. There the two sides need not agree (a schema of one's own has no
   * such row); the others' rows must stay as they were.
   */
  collides: boolean
}

/** A random insert, upsert, update or delete. The same seed gives the same one, whatever the side. */
export function randomWrite(side: Side, random: Random, user: number): Write {
  const table = random.pick(WRITABLE)
  const kind = random.below(12)
  if (kind <= 1) return agreeing(returning(random, side.db(table.name).insert(newRow(side, random, table))))
  if (kind === 2) return agreeing(insertMany(side, random, table))
  if (kind === 3) return agreeing(insertSelect(side, random, table))
  if (kind === 4) return upsert(side, random, table, user)
  if (kind <= 6) return agreeing(returning(random, update(side, random, table)))
  if (kind === 7) return agreeing(updateFrom(side, random, table))
  if (kind === 8) return agreeing(increment(side, random, table))
  if (kind === 9) return agreeing(deleteUsing(side, random, table))
  if (kind === 10) return agreeing(throughCte(side, random, table))
  const gone = side.db(table.name)
  addConditions(side, random, gone, [sourceOf(table)], 2)
  return agreeing(returning(random, gone.del()))
}

function agreeing(query: Query): Write {
  return { query, collides: false }
}

function sourceOf(table: FuzzTable): Source {
  return { alias: table.name, columns: columnsOf(table), owner: table.owner }
}

function returning(random: Random, query: Query): Query {
  return random.chance(0.5) ? query.returning(['id', 'n']) : query
}

/** An id nobody has, and the owner as old code writes it: left out, as a number, as text. */
function newRow(side: Side, random: Random, table: FuzzTable): Record<string, unknown> {
  const row: Record<string, unknown> = { id: 900_000 + random.below(90_000), n: random.below(6) }
  if (random.chance(0.6)) row.name = random.pick(['red', 'black'])
  if (random.chance(0.5)) row[table.owner!] = random.pick([side.ownerLiteral, String(side.ownerLiteral)])
  for (const column of Object.keys(table.links)) if (random.chance(0.3)) row[column] = 5
  return row
}

function insertMany(side: Side, random: Random, table: FuzzTable): Query {
  const rows = [0, 1, 2].map(() => newRow(side, random, table))
  return side.db(table.name).insert(rows)
}

function insertSelect(side: Side, random: Random, table: FuzzTable): Query {
  const from = random.pick(WRITABLE.filter((other) => other !== table))
  const select = side.db(from.name)
  if (random.chance(0.7)) addConditions(side, random, select, [sourceOf(from)], 1)
  if (random.chance(0.2)) select.distinct()
  const names = random.chance(0.5) ? ['id', 'n', table.owner!] : ['id', 'n', 'name', table.owner!]
  select.select(
    names.map((name) => (name === table.owner ? `${from.name}.${from.owner}` : `${from.name}.${name}`)),
  )
  const target = side.db.raw(`?? (${names.map(() => '??').join(', ')})`, [table.name, ...names])
  return side.db.into(target).insert(select)
}

function upsert(side: Side, random: Random, table: FuzzTable, user: number): Write {
  const whose = random.chance(0.5) ? user : random.pick(USERS)
  const row = { ...newRow(side, random, table), id: idOf(table.name, whose, random.below(9)) }
  const insert = side.db(table.name).insert(row).onConflict('id')
  const kind = random.below(4)
  const changes = { n: 5, [table.owner!]: side.ownerLiteral }
  let query: Query
  if (kind === 0) query = insert.merge()
  else if (kind === 1) query = insert.merge(['n'])
  else if (kind === 2) query = insert.merge(changes)
  else query = insert.ignore()
  if (kind <= 2 && random.chance(0.3))
    query = query.where(`${table.name}.n`, '>', 1).orWhere(`${table.name}.n`, 0)
  return { query: returning(random, query), collides: whose !== user }
}

function update(side: Side, random: Random, table: FuzzTable): Query {
  const changes: Record<string, unknown> = { n: random.below(6), name: 'new' }
  if (random.chance(0.3)) changes[table.owner!] = side.ownerLiteral
  const query = side.db(table.name)
  if (random.chance(0.9)) addConditions(side, random, query, [sourceOf(table)], 2)
  return query.update(changes)
}

function updateFrom(side: Side, random: Random, table: FuzzTable): Query {
  const other = random.pick(WRITABLE.filter((one) => one !== table))
  const query = side.db(table.name).updateFrom(other.name as unknown as Knex.Raw)
  query.where(`${table.name}.n`, side.db.ref(`${other.name}.n`))
  addConditions(side, random, query, [sourceOf(table), sourceOf(other)], 1)
  return query.update({ name: 'from' })
}

function increment(side: Side, random: Random, table: FuzzTable): Query {
  const query = side.db(table.name)
  addConditions(side, random, query, [sourceOf(table)], 1)
  return random.chance(0.5) ? query.increment('n', 2) : query.decrement('n', 1)
}

function deleteUsing(side: Side, random: Random, table: FuzzTable): Query {
  const other = random.pick(WRITABLE.filter((one) => one !== table))
  const query = side.db(table.name)
  if (random.chance(0.5)) query.join(other.name, `${table.name}.n`, `${other.name}.n`)
  else query.using([other.name]).where(`${table.name}.n`, side.db.ref(`${other.name}.n`))
  if (random.chance(0.8)) addConditions(side, random, query, [sourceOf(table), sourceOf(other)], 1)
  return query.del()
}

/** A CTE named like the table it reads, and a write that must not mean it. */
function throughCte(side: Side, random: Random, table: FuzzTable): Query {
  const other = random.pick(WRITABLE.filter((one) => one !== table))
  const picked = side.db(other.name).select('n')
  addConditions(side, random, picked, [sourceOf(other)], 1)
  const name = random.chance(0.5) ? table.name : 'picked'
  const query = side.db(table.name).with(name, picked)
  query.whereIn(`${table.name}.n`, side.db(name).select('n'))
  return random.chance(0.5) ? query.update({ name: 'cte' }) : query.del()
}
