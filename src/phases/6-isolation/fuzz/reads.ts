import type { Knex } from 'knex'
import { addConditions, column, type Side, type Source } from './conditions.js'
import { Random } from './random.js'
import { columnsOf, type FuzzTable, TABLES } from './schema.js'

type Query = Knex.QueryBuilder

/** A random select. The same seed gives the same query, whatever the side. */
export function randomRead(side: Side, random: Random): Query {
  const query = side.db.queryBuilder()
  if (random.chance(0.25)) addCtes(side, random, query)
  if (random.chance(0.12)) return union(side, random, query)
  const schema = side.ctes.size === 0 && random.chance(0.08)
  side.inSchema = schema
  if (schema) query.withSchema(side.schema)
  const several = !schema && random.chance(0.06)
  const sources = several ? addTwoTables(side, random, query) : [addFrom(side, random, query)]
  // In `from a, b join c` the ON of c cannot see a.
  const firstInReach = sources.length - 1
  for (let joins = random.pick([0, 0, 1, 1, 2]); joins > 0; joins--) {
    addJoin(side, random, query, sources, firstInReach)
  }
  if (random.chance(0.65)) addConditions(side, random, query, sources, 2)
  return shape(side, random, query, sources)
}

/** One or two CTEs; half of them named like a table that later parts then no longer see. */
function addCtes(side: Side, random: Random, query: Query): void {
  for (let i = random.below(2); i >= 0; i--) {
    const table = random.pick(TABLES)
    const name = random.chance(0.5) ? table.name : `cte_${i}`
    if (side.ctes.has(name)) continue
    const recursive = side.ctes.size === 0 && table.name === 'threads' && random.chance(0.4)
    const visible = recursive ? 'tree' : name
    if (recursive) query.withRecursive(visible, (tree) => void threadTree(side, tree))
    else query.with(visible, cteBody(side, random, table))
    const columns = recursive ? ['id', 'n', 'parent_id', 'user_id'] : plainColumns(side, table)
    side.ctes.set(visible, { alias: visible, columns, owner: recursive ? 'user_id' : ownerName(table) })
    // With RECURSIVE a CTE sees itself, and names that hide tables would change the tree.
    if (recursive) return
  }
}

function threadTree(side: Side, tree: Query): void {
  const alias = side.alias()
  tree
    .select('id', 'n', 'parent_id', 'user_id')
    .from('threads')
    .where('n', '<', 4)
    .unionAll((more: Query) => {
      more
        .select([`${alias}.id`, `${alias}.n`, `${alias}.parent_id`, `${alias}.user_id`])
        .from({ [alias]: 'threads' })
        .join('tree', 'tree.id', `${alias}.parent_id`)
    })
}

function cteBody(side: Side, random: Random, table: FuzzTable): Query {
  const columns = plainColumns(side, table)
  const body = side.db(table.name).select(columns)
  const source = {
    alias: table.name,
    columns,
    owner: columns.includes(table.owner ?? '') ? table.owner : null,
  }
  if (random.chance(0.6)) addConditions(side, random, body, [source], 1)
  return body
}

/** A CTE before this one may have hidden the table and have fewer columns. */
function plainColumns(side: Side, table: FuzzTable): string[] {
  return side.ctes.get(table.name)?.columns ?? columnsOf(table)
}

function ownerName(table: FuzzTable): string | null {
  return table.owner === 'id' ? null : table.owner
}

function addFrom(side: Side, random: Random, query: Query): Source {
  const source = pickSource(side, random)
  query.from(source.from)
  return source
}

/** `from a, b`, in knex's object form. */
function addTwoTables(side: Side, random: Random, query: Query): Source[] {
  const tables = [random.pick(TABLES), random.pick(TABLES)].filter((table) => !side.ctes.has(table.name))
  if (tables.length < 2) return [addFrom(side, random, query)]
  const sources = tables.map((table) => ({
    alias: side.alias(),
    columns: columnsOf(table),
    owner: table.owner,
  }))
  query.from(Object.fromEntries(sources.map((source, i) => [source.alias, tables[i]!.name])) as never)
  return sources
}

/** A table, a CTE or a sub-query, spelled in one of the ways knex knows. */
function pickSource(side: Side, random: Random): Source & { from: Knex.TableDescriptor } {
  const alias = side.alias()
  const cte = side.ctes.size > 0 && random.chance(0.5) ? random.pick([...side.ctes.values()]) : undefined
  const table = random.pick(TABLES)
  const name = cte?.alias ?? table.name
  const hidden = side.ctes.get(name)
  const seen = hidden ?? { columns: columnsOf(table), owner: table.owner }
  const source = { alias, columns: seen.columns, owner: seen.owner }
  const kind = random.below(10)
  // knex writes a schema before names only: `"s"."[object Object]"`.
  if (kind < 5 || side.inSchema) return { ...source, from: `${name} as ${alias}` }
  if (kind === 6) return { ...source, from: rawName(side, name, alias) }
  if (kind < 6) return { ...source, from: { [alias]: name } as unknown as Knex.TableDescriptor }
  if (kind === 7) return { ...source, from: side.db.ref(name).as(alias) as unknown as Knex.TableDescriptor }
  if (kind === 8 && !hidden) return { ...source, alias: name, from: name }
  const inner = side.db(name).select(seen.columns)
  if (random.chance(0.5)) inner.where({ n: random.below(4) })
  // A users row in a sub-query has no owner column by name.
  const owner = seen.owner === 'id' ? null : seen.owner
  return { ...source, owner, from: inner.as(alias) as unknown as Knex.TableDescriptor }
}

function rawName(side: Side, name: string, alias: string): Knex.TableDescriptor {
  return side.db.raw('?? as ??', [name, alias]) as unknown as Knex.TableDescriptor
}

function addJoin(side: Side, random: Random, query: Query, sources: Source[], firstInReach: number): void {
  const next = pickSource(side, random)
  if (sources.some((source) => source.alias === next.alias)) return
  const kind = random.below(12)
  const left = column(random, sources.slice(firstInReach), /^(n|id|thread_id|event_id)$/)
  const right = `${next.alias}.${random.pick(next.columns.filter((name) => /^(n|id|thread_id|event_id)$/.test(name)))}`
  sources.push(next)
  const table = next.from as unknown as Knex.Raw
  const before = sources.slice(firstInReach)
  const seed = random.fork()
  const on = function (this: Knex.JoinClause) {
    richOn(side, new Random(seed), this, left, right, before)
  }
  if (kind === 0) return void query.crossJoin(table)
  if (kind === 1) return void query.rightJoin(table, left, right)
  if (kind === 2) return void query.rightOuterJoin(table, on)
  if (kind === 3) return void query.fullOuterJoin(table, left, right)
  if (kind === 4 && sources.length === 2) return void query.leftJoin(table, (join) => void join.using(['n']))
  if (kind === 5 && sources.length === 2) return void query.join(table, (join) => void join.using(['n']))
  if (kind <= 7) return void query.leftJoin(table, on)
  if (kind <= 9) return void query.leftJoin(table, left, right)
  if (kind === 10) return void query.innerJoin(table, on)
  query.join(table, left, '=', right)
}

/** ON with OR, values, lists and groups. */
function richOn(
  side: Side,
  random: Random,
  join: Knex.JoinClause,
  left: string,
  right: string,
  sources: Source[],
): void {
  join.on(left, '=', right)
  const kind = random.below(7)
  const owned = sources.filter((source) => source.owner)
  const last = sources[sources.length - 1]!
  if (kind === 0) join.orOn(`${last.alias}.id`, '=', left)
  if (kind === 1) join.andOnVal(`${last.alias}.n`, '>', 1)
  if (kind === 2) join.andOnIn(`${last.alias}.n`, [0, 1, 2, 3])
  if (kind === 3) {
    join.andOn((group) => {
      group.on(`${last.alias}.n`, '<', left)
      if (last.owner) group.orOnVal(`${last.alias}.${last.owner}`, '=', side.ownerLiteral)
    })
  }
  if (kind === 4) join.orOnVal(`${last.alias}.n`, '=', 2)
  if (kind >= 5 && owned.length > 0) {
    const source = random.pick(owned)
    const name = `${source.alias}.${source.owner}`
    if (kind === 5) join.andOnVal(name, '=', side.ownerLiteral)
    else join.andOn(name, '=', side.db.raw('?', [side.ownerLiteral]))
  }
}

function union(side: Side, random: Random, query: Query): Query {
  const branch = (into: Query) => {
    const source = addFrom(side, random, into)
    if (random.chance(0.7)) addConditions(side, random, into, [source], 1)
    return into.select(`${source.alias}.id`, `${source.alias}.n`)
  }
  branch(query)
  const method = random.pick(['union', 'unionAll', 'intersect', 'except'] as const)
  const other = branch(side.db.queryBuilder())
  return query[method]([other], random.chance(0.3))
}

/** What is selected: columns, a page of them, an aggregate, one value. */
function shape(side: Side, random: Random, query: Query, sources: Source[]): Query {
  const kind = random.below(12)
  const n = column(random, sources, /^n$/)
  if (kind === 0) return query.count('* as c').max(`${n} as m`)
  if (kind === 1) return query.select(`${n} as k`).count('* as c').groupBy(n)
  if (kind === 2) {
    const owned = sources.find((source) => source.owner)
    const having = query.select(`${n} as k`).sum(`${n} as s`).groupBy(n).having(n, '>=', 0)
    if (!owned) return having
    const name = `${owned.alias}.${owned.owner}`
    return having.groupBy(name).having(name, '=', side.ownerLiteral)
  }
  if (kind === 3) return query.distinct(column(random, sources))
  if (kind === 4) return query.countDistinct(column(random, sources))
  const everyId = sources.map((source) => `${source.alias}.id`)
  if (kind === 5) return query.orderBy(everyId.map((id) => ({ column: id }))).first(everyId.map(numbered))
  if (kind === 6) return query.pluck(everyId[0]!)
  if (kind === 7)
    query
      .orderBy(everyId.map((id) => ({ column: id })))
      .limit(random.pick([2, 5]))
      .offset(random.below(2))
  if (kind === 8) query.select(correlated(side, random, sources).as('sub'))
  if (kind === 9 && sources.length === 1) return query
  return query.select([...everyId, n].map(numbered))
}

/** A count of another table's rows, in the select list. */
function correlated(side: Side, random: Random, sources: Source[]): Query {
  const alias = side.alias()
  const table = random.pick(TABLES)
  const outer = side.db.ref(column(random, sources, /^n$/))
  return side.db(`${table.name} as ${alias}`).count('*').where(`${alias}.n`, outer)
}

function numbered(name: string, i: number): string {
  return `${name} as c${i}`
}
