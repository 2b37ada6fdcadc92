import type { Knex } from 'knex'
import type { Random } from './random.js'
import { Random as Seeded } from './random.js'
import { TABLES } from './schema.js'

/** What a query can see under one alias. */
export interface Source {
  alias: string
  columns: string[]
  owner: string | null
}

/** One side of a comparison: the handle, and how old code spells the owner's id there. */
export interface Side {
  db: Knex
  /** The schema the handle rests in, for `withSchema`. */
  schema: string
  inSchema: boolean
  ownerLiteral: number
  /** Aliases are numbered, so that no two queries share one by accident. */
  alias(): string
  /** Columns of the CTEs in sight, by name; a name may hide a table. */
  ctes: Map<string, Source>
}

type Where = Knex.QueryBuilder

export function column(random: Random, sources: Source[], like?: RegExp): string {
  const source = random.pick(sources)
  const columns = like ? source.columns.filter((name) => like.test(name)) : source.columns
  return `${source.alias}.${random.pick(columns.length > 0 ? columns : ['id'])}`
}

/** Adds one to three conditions, joined by AND or OR, some of them in groups. */
export function addConditions(
  side: Side,
  random: Random,
  query: Where,
  sources: Source[],
  depth: number,
): void {
  for (let i = random.below(3); i >= 0; i--) {
    const or = random.chance(0.35)
    if (depth > 0 && random.chance(0.15)) {
      const seed = random.fork()
      const method = random.pick([or ? 'orWhere' : 'where', or ? 'orWhereNot' : 'whereNot'] as const)
      query[method](function (this: Where) {
        addConditions(side, new Seeded(seed), this, sources, depth - 1)
      })
    } else condition(side, random, query, sources, depth, or)
  }
}

function condition(
  side: Side,
  random: Random,
  query: Where,
  sources: Source[],
  depth: number,
  or: boolean,
): void {
  const kind = random.below(depth > 0 ? 13 : 9)
  const target = column(random, sources, /^(n|id|.*_id)$/)
  const where = or ? query.or : query
  if (kind === 0)
    return void where.where(target, random.pick(['>', '<=', '<>']), random.pick([2, 3, 11_004, 21_003]))
  if (kind === 1) return void where.whereIn(column(random, sources, /^n$/), [0, 1, 2, 4])
  if (kind === 2) return void where.whereNotNull(target)
  if (kind === 3) return void where.where(column(random, sources, /^name$/), random.pick(['red', 'green']))
  if (kind === 4) return void where.whereBetween(column(random, sources, /^n$/), [1, 5])
  if (kind === 5) return void where.whereRaw('?? >= ?', [column(random, sources, /^n$/), 1])
  if (kind <= 8) return void ownerCondition(side, random, query, sources, or)
  const sub = subQuery(side, random, sources, depth - 1, kind)
  if (kind === 9) return void where.whereIn(column(random, sources, /^n$/), sub)
  if (kind === 10) return void where.whereNotIn(column(random, sources, /_id$/), sub)
  if (kind === 11) return void where.whereExists(sub)
  where.where(column(random, sources, /^n$/), '<=', sub)
}

/** `user_id = 1` in the ways that old code writes it. */
function ownerCondition(side: Side, random: Random, query: Where, sources: Source[], or: boolean): void {
  const owned = sources.filter((source) => source.owner)
  if (owned.length === 0) return void query.where(column(random, sources, /^n$/), '>=', 1)
  const source = random.pick(owned)
  const bare = sources.length === 1 && source.owner !== 'id' && random.chance(0.5)
  const name = bare ? source.owner! : `${source.alias}.${source.owner}`
  const where = or ? query.or : query
  const me = side.ownerLiteral
  const kind = random.below(8)
  if (kind === 0) return void where.whereIn(name, [me, 99])
  if (kind === 1)
    return void where.whereIn(
      [name, `${source.alias}.n`],
      [
        [me, 1],
        [me, 2],
        [me, 3],
      ],
    )
  if (kind === 2) return void where.where(name, side.db.raw('?', [me]))
  if (kind === 3) return void where.where(name, String(me))
  if (kind === 4) return void where.whereNot(name, me)
  where.where(name, me)
}

/** A sub-query over one table: correlated for EXISTS, one value for a comparison, else one column. */
function subQuery(side: Side, random: Random, sources: Source[], depth: number, kind: number): Where {
  const table = random.pick(TABLES)
  const alias = side.alias()
  const known = side.ctes.get(table.name)
  const columns = known?.columns ?? ['id', 'n', 'name', ...Object.keys(table.links)]
  const inner: Source = { alias, columns, owner: known ? known.owner : table.owner }
  const query = side.db.from(`${table.name} as ${alias}`)
  if (random.chance(0.6)) addConditions(side, random, query, [inner], depth)
  if (kind === 11) return query.select('id').where(`${alias}.n`, side.db.ref(column(random, sources, /^n$/)))
  if (kind === 12) return query.max(`${alias}.n`)
  const links = columns.filter((name) => /_id$/.test(name) && name !== inner.owner)
  return query.select(`${alias}.${kind === 9 || links.length === 0 ? 'n' : random.pick(links)}`)
}
