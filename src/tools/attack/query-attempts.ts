import type { Knex } from 'knex'
import type { ProbeOrders, ProbeTable } from './query-probe.js'
import { refusals } from './refusal-attempts.js'
import { missing } from './twins.js'

type Row = Record<string, unknown>

/** One kind of query aimed at a row of the owner's. */
export interface Attempt {
  name: string
  /** the database may refuse it too: what was written names a row that cannot be */
  mayFail?: boolean
  /** what it reached, in words; null: nothing */
  reaches(trx: Knex, table: ProbeTable): Promise<string | null>
}

/** What an attempt reached of the owner's; null: nothing. All it did is rolled back. */
export async function reached(db: Knex, table: ProbeTable, attempt: Attempt): Promise<string | null> {
  const trx = await db.transaction()
  try {
    return await attempt.reaches(trx, table)
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    // Our refusals have words for codes. The database's own mean that the query got as far as a row.
    if (attempt.mayFail || !/^[0-9A-Z]{5}$/.test(code ?? '')) return null
    return `${code} ${message.split('\n')[0]?.slice(0, 120)}`
  } finally {
    await trx.rollback().catch(() => {})
  }
}

/** Every attempt that a table offers. */
export function attemptsOn(table: ProbeTable, orders: ProbeOrders): Attempt[] {
  const ofOwner = (rows: Row[]) => rows.filter((row) => String(row[table.owner]) === String(orders.owner))
  const shown = (rows: Row[]) => (ofOwner(rows).length ? `${ofOwner(rows).length} rows of the owner` : null)
  const some = (count: number) => (count > 0 ? `${count} rows` : null)
  const { name, key, owner } = table
  const id = table.theirs[key] as number | string
  const ownId = table.mine[key] as number | string
  const isNumber = typeof id === 'number'
  const nobodys = isNumber ? -1 : missing(id)
  const fresh: Row = { ...table.mine, [key]: isNumber ? Number(ownId) + 500_000 : missing(String(ownId)) }
  const asOwner = { ...fresh, [owner]: orders.owner }

  const reads = attempts([
    ['a row is shown to select', async (db) => shown(await db(name).select('*'))],
    ['a row is shown by its key', async (db) => shown([(await db(name).where(key, id).first()) ?? {}])],
    ['a row is shown to pluck', async (db) => some((await db(name).where(key, id).pluck(key)).length)],
    [
      'a row is shown after orWhere',
      async (db) => shown(await db(name).where(key, id).orWhere(key, nobodys)),
    ],
    [
      'a row is shown after whereRaw and orWhere',
      async (db) => shown(await db(name).whereRaw('1 = 1').orWhere(key, nobodys)),
    ],
    [
      'a row is shown by a union',
      async (db) => shown(await db(name).where(key, nobodys).unionAll(db(name).where(key, id))),
    ],
    [
      'a row is shown by a CTE',
      async (db) => shown(await db.with('theirs', db(name).where(key, id)).from('theirs').select('*')),
    ],
    [
      'a row is shown by a join',
      async (db) =>
        shown(
          await db(`${name} as a`)
            .join(`${name} as b`, (on) => on.onVal(`b.${key}`, id))
            .select('b.*'),
        ),
    ],
    [
      'a row is shown by a left join',
      async (db) =>
        shown(
          await db(`${name} as a`)
            .leftJoin(`${name} as b`, (on) => on.onVal(`b.${key}`, id))
            .select('b.*'),
        ),
    ],
    [
      'a row is found by a sub-query',
      async (db) => some((await db(name).whereExists(db(`${name} as b`).where(`b.${key}`, id))).length),
    ],
    [
      'a row is found by a sub-query in a list',
      async (db) =>
        some(
          (
            await db(name).select(
              db(`${name} as b`).where(`b.${key}`, id).select(`b.${key}`).limit(1).as('n'),
            )
          ).filter((row: Row) => row.n !== null).length,
        ),
    ],
    ['rows are counted', counts(table, (db) => db(name).count('* as n'))],
    ['rows are counted by a join', counts(table, (db) => db(name).from(db(name).as('t')).count('* as n'))],
    [
      'the first key is told',
      async (db) => {
        const row = await db(name).orderBy(key).first(key)
        return String(row?.[key]) === String(ownId) ? null : `first key ${row?.[key]}`
      },
    ],
  ])

  const writes = attempts([
    [
      'a row can be changed',
      async (db) =>
        some(
          await db(name)
            .where(key, id)
            .update({ [key]: id }),
        ),
    ],
    [
      'a row can be changed past orWhere',
      async (db) =>
        some(
          await db(name)
            .where(key, nobodys)
            .orWhere(key, id)
            .update({ [key]: id }),
        ),
    ],
    ['a row can be deleted', async (db) => some(await db(name).where(key, id).delete())],
  ])

  // Not every type of key has these.
  const readsOfNumbers = attempts([
    [
      'the smallest key is told',
      async (db) => {
        const [{ n }] = (await db(name).min(`${key} as n`)) as [{ n: number }]
        return String(n) === String(ownId) ? null : `smallest key ${n}`
      },
    ],
  ])
  const writesOfNumbers = attempts([
    ['a row can be counted up', async (db) => some(await db(name).where(key, id).increment(key, 0))],
  ])

  const unnamed = { ...fresh }
  delete unnamed[owner]
  const given =
    (row: Row): Attempt['reaches'] =>
    async (db) =>
      shown(await db(name).insert(row).returning(owner))
  const mayBeRefused = attempts(
    [
      [
        'a row can be overwritten by a merge',
        async (db) => {
          const merged = await db(name)
            .insert({ ...fresh, [key]: id })
            .onConflict(key)
            .merge()
            .returning([key])
          // Where the key is dropped, the row is a new one, which another unique of the table's may refuse.
          return some(merged.filter((row: Row) => String(row[key]) === String(id)).length)
        },
      ],
      ['a row can be made in the owner’s name', given(asOwner)],
      ['a row can be made that nobody’s name is on', given(unnamed)],
      [
        'a row can be given to the owner',
        async (db) =>
          shown(
            await db(name)
              .where(key, ownId)
              .update({ [owner]: orders.owner })
              .returning(owner),
          ),
      ],
    ],
    true,
  )

  const children: Attempt[] = table.parents.flatMap(({ column, theirs }) => [
    {
      name: `a row can be hung under a row of the owner's, by ${column},`,
      mayFail: true,
      reaches: async (db) =>
        some(
          (
            await db(name)
              .insert({ ...fresh, [column]: theirs })
              .returning(key)
          ).length,
        ),
    },
    {
      name: `a row can be moved under a row of the owner's, by ${column},`,
      mayFail: true,
      reaches: async (db) =>
        some(
          await db(name)
            .where(key, ownId)
            .update({ [column]: theirs }),
        ),
    },
  ])
  const chosen = table.made ? ofChosenKeys(table, fresh) : []
  const kept = table.readable ? refusals(table) : [...reads, ...(isNumber ? readsOfNumbers : [])]
  return [...kept, ...writes, ...(isNumber ? writesOfNumbers : []), ...mayBeRefused, ...chosen, ...children]
}

/** A key that no row has yet, in the place of one that the database makes. */
function ofChosenKeys({ name, key, mine }: ProbeTable, fresh: Row): Attempt[] {
  const told = ([row]: Row[]) => (String(row?.[key]) === String(fresh[key]) ? `key ${fresh[key]}` : null)
  return attempts(
    [
      [
        'a row can be made with a key of one’s choice',
        async (db) => told(await db(name).insert(fresh).returning([key])),
      ],
      [
        'a row can be given a key of one’s choice',
        async (db) =>
          told(
            await db(name)
              .where(key, mine[key] as string)
              .update({ [key]: fresh[key] })
              .returning([key]),
          ),
      ],
    ],
    true,
  )
}

function attempts(list: [string, Attempt['reaches']][], mayFail = false): Attempt[] {
  return list.map(([name, reaches]) => ({ name, mayFail, reaches }))
}

/** More rows counted than one has oneself are somebody else's. */
function counts(table: ProbeTable, query: (db: Knex) => PromiseLike<unknown>): Attempt['reaches'] {
  return async (db) => {
    const [{ n }] = (await query(db)) as [{ n: string }]
    return Number(n) === table.count ? null : `${n} counted, of ${table.count} of one's own`
  }
}
