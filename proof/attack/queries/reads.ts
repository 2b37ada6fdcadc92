import { type Attempts, type QueryAim, type Row, shown, some } from './aim.js'

/** Reads that would show, find or count a row of the owner. */
export const READS: Attempts = {
  'a row is shown to select': async (aim) => shown(aim, await aim.db(aim.table).select('*')),
  'a row is shown by its key': async (aim) => {
    const row: Row | undefined = await aim.db(aim.table).where(aim.key, aim.id).first()
    return shown(aim, [row ?? {}])
  },
  'a row is shown to pluck': async ({ db, table, key, id }) =>
    some((await db(table).where(key, id).pluck(key)).length),
  'a row is shown after orWhere': async (aim) => {
    const { db, table, key, id, missingId } = aim
    return shown(aim, await db(table).where(key, id).orWhere(key, missingId))
  },
  'a row is shown after whereRaw and orWhere': async (aim) =>
    shown(aim, await aim.db(aim.table).whereRaw('1 = 1').orWhere(aim.key, aim.missingId)),
  'a row is shown by a union': async (aim) => {
    const { db, table, key, id, missingId } = aim
    return shown(aim, await db(table).where(key, missingId).unionAll(db(table).where(key, id)))
  },
  'a row is shown by a CTE': async (aim) => {
    const { db, table, key, id } = aim
    return shown(aim, await db.with('theirs', db(table).where(key, id)).from('theirs').select('*'))
  },
  'a row is shown by a join': async (aim) =>
    shown(
      aim,
      await beside(aim)
        .join(...theirs(aim))
        .select('b.*'),
    ),
  'a row is shown by a left join': async (aim) =>
    shown(
      aim,
      await beside(aim)
        .leftJoin(...theirs(aim))
        .select('b.*'),
    ),
  'a row is found by a sub-query': async ({ db, table, key, id }) =>
    some((await db(table).whereExists(db(`${table} as b`).where(`b.${key}`, id))).length),
  'a row is found by a sub-query in a list': async ({ db, table, key, id }) => {
    const inside = db(`${table} as b`).where(`b.${key}`, id).select(`b.${key}`).limit(1).as('n')
    const rows: Row[] = await db(table).select(inside)
    return some(rows.filter(({ n }) => n !== null).length)
  },
  'rows are counted': async (aim) => counted(aim, await aim.db(aim.table).count('* as n')),
  'rows are counted by a join': async (aim) => {
    const { db, table } = aim
    return counted(aim, await db(table).from(db(table).as('t')).count('* as n'))
  },
  'the first key is revealed': async ({ db, table, key, ownId }) => {
    const row: Row | undefined = await db(table).orderBy(key).first(key)
    return String(row?.[key]) === String(ownId) ? null : `first key ${row?.[key]}`
  },
}

/** Not every type of key has these. */
export const READS_OF_NUMBERS: Attempts = {
  'the smallest key is revealed': async ({ db, table, key, ownId }) => {
    const [{ n }] = (await db(table).min(`${key} as n`)) as [{ n: number }]
    return String(n) === String(ownId) ? null : `smallest key ${n}`
  },
}

const beside = ({ db, table }: QueryAim) => db(`${table} as a`)
const theirs = ({ db, table, key, id }: QueryAim) =>
  [`${table} as b`, db.raw('?? = ?', [`b.${key}`, id])] as const

/** If more rows are counted than the caller has, they belong to another user. */
function counted({ count }: QueryAim, rows: unknown): string | null {
  const [{ n }] = rows as [{ n: string }]
  return Number(n) === count ? null : `${n} counted, but the caller has ${count}`
}
