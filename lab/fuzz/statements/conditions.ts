import fc from 'fast-check'
import {
  at,
  columnAt,
  type FuzzSource,
  oneOf,
  pick,
  type Query,
  type Side,
  sometimes,
  weighted,
} from '../side.js'
import { subQueries } from './sub-queries.js'

/** Adds conditions on the sources of a query. */
export type Conditions = (side: Side, query: Query, sources: readonly FuzzSource[]) => void

/** Adds one condition to `where`, which is the query after its `and` or `or`. */
type Condition = (where: Query, side: Side, sources: readonly FuzzSource[]) => void

const byDepth = new Map<number, fc.Arbitrary<Conditions>>()

/** One to three conditions joined by AND or OR. Some are groups or have sub-queries, nested up to `depth`. */
export function conditions(depth: number): fc.Arbitrary<Conditions> {
  const known = byDepth.get(depth)
  if (known) return known
  const one = fc.tuple(sometimes(35), oneOf([17, simple], [9, byOwner], ...(depth > 0 ? deeper(depth) : [])))
  const all = fc.array(one, { minLength: 1, maxLength: 3, size: 'max' }).map(
    (list): Conditions =>
      (side, query, sources) => {
        for (const [or, add] of list) add(or ? query.or : query, side, sources)
      },
  )
  byDepth.set(depth, all)
  return all
}

function deeper(depth: number): [number, fc.Arbitrary<Condition>][] {
  const group = fc.tuple(sometimes(35), conditions(depth - 1)).map(([not, inner]): Condition => {
    return (where, side, sources) => {
      const fill = function (this: Query) {
        inner(side, this, sources)
      }
      if (not) where.whereNot(fill)
      else where.where(fill)
    }
  })
  return [
    [5, group],
    [9, withSubQuery(depth - 1)],
  ]
}

const N = /^n$/
const KEYS = /^(n|id|.*_id)$/

/** Conditions that do not name an owner. */
const simple: fc.Arbitrary<Condition> = oneOf<Condition>(
  [2, compared()],
  [2, on(N, (where, name) => where.whereIn(name, [0, 1, 2, 4]))],
  [1, on(N, (where, name) => where.whereNotIn(name, [3, 5]))],
  [2, on(KEYS, (where, name) => where.whereNotNull(name))],
  [1, on(KEYS, (where, name) => where.whereNull(name))],
  [2, on(/^name$/, (where, name) => where.where(name, 'red'))],
  [1, on(/^name$/, (where, name) => where.whereILike(name, 'G%'))],
  [2, on(N, (where, name) => where.whereBetween(name, [1, 5]))],
  [2, on(N, (where, name) => where.whereRaw('?? >= ?', [name, 1]))],
  [1, on(N, (where, name) => where.whereRaw('?? = 1 or true', [name]))],
  [1, on(N, (where, name) => where.where({ [name]: 2 }))],
  [1, on(N, (where, name, side) => where.where(side.db.raw('?? + 1', [name]), '>', 2))],
  [1, twoColumns()],
)

function on(like: RegExp, add: (where: Query, name: string, side: Side) => void): fc.Arbitrary<Condition> {
  return pick.map((picked) => (where, side, sources) => add(where, columnAt(sources, picked, like), side))
}

function compared(): fc.Arbitrary<Condition> {
  const operator = fc.constantFrom('>', '<=', '<>')
  return fc
    .tuple(pick, operator, fc.constantFrom(2, 3, 31_004, 42_003))
    .map(([picked, sign, value]): Condition => {
      return (where, _, sources) => void where.where(columnAt(sources, picked, KEYS), sign, value)
    })
}

function twoColumns(): fc.Arbitrary<Condition> {
  return fc.tuple(pick, pick).map(([one, other]): Condition => {
    return (where, side, sources) =>
      void where.where(columnAt(sources, one, N), '<=', side.db.ref(columnAt(sources, other, N)))
  })
}

type OwnerKind = 'plain' | 'text' | 'not' | 'raw' | 'list' | 'rows' | 'object' | 'foreign'

/** `user_id = 1`, in the ways that old code writes it. */
const byOwner: fc.Arbitrary<Condition> = fc
  .tuple(
    pick,
    sometimes(50),
    weighted<OwnerKind>(
      [4, 'plain'],
      ...(['text', 'not', 'raw', 'list', 'rows', 'object', 'foreign'] as const).map(
        (kind) => [1, kind] as [number, OwnerKind],
      ),
    ),
  )
  .map(([picked, bare, kind]) => (where, side, sources) => {
    const owned = sources.filter((source) => source.owner)
    if (owned.length === 0) return void where.where(columnAt(sources, picked, N), '>=', 1)
    const source = at(owned, picked)
    const alone = sources.length === 1 && source.owner !== 'id' && bare
    const name = alone ? source.owner! : `${source.alias}.${source.owner}`
    const { me } = side
    if (kind === 'plain') return void where.where(name, me)
    if (kind === 'text') return void where.where(name, String(me))
    if (kind === 'not') return void where.whereNot(name, me)
    if (kind === 'raw') return void where.where(name, side.db.raw('?', [me]))
    if (kind === 'list') return void where.whereIn(name, [me, 99])
    if (kind === 'object') return void where.where({ [name]: me })
    // Without a user's id: another user's id would mean the current user if it is the owner's.
    if (kind === 'foreign') return void where.where(name, '>', 0)
    const rows = [1, 2, 3].map((n) => [me, n])
    where.whereIn([name, `${source.alias}.n`], rows)
  })

/** A sub-query in each place where a condition can have one. */
function withSubQuery(depth: number): fc.Arbitrary<Condition> {
  type Kind = 'in' | 'not in' | 'exists' | 'not exists' | 'value' | 'raw' | 'callback'
  const kinds: Kind[] = ['in', 'not in', 'exists', 'not exists', 'value', 'raw', 'callback']
  return fc.tuple(fc.constantFrom(...kinds), pick, subQueries(conditions(depth))).map(
    ([kind, picked, sub]): Condition =>
      (where, side, sources) => {
        const n = columnAt(sources, picked, N)
        if (kind === 'in') return void where.whereIn(n, sub.column(side, N))
        if (kind === 'not in')
          return void where.whereNotIn(columnAt(sources, picked, /_id$/), sub.column(side, /_id$/))
        if (kind === 'exists') return void where.whereExists(sub.correlated(side, n))
        if (kind === 'not exists') return void where.whereNotExists(sub.correlated(side, n))
        if (kind === 'value') return void where.where(n, '<=', sub.value(side))
        if (kind === 'raw') return void where.whereRaw('?? in (?)', [n, sub.column(side, N)])
        where.whereIn(n, function (this: Query) {
          sub.into(side, this)
        })
      },
  )
}
