import { type Attempts, type QueryAim, type Row, shown, some } from './aim.js'
import type { ProbeTable } from './probe-queries.js'

/** Writes that would change or delete a row of the owner. */
export const WRITES: Attempts = {
  'a row can be changed': async ({ db, table, key, id }) =>
    some(await db(table).where(key, id).update(key, id)),
  'a row can be changed past orWhere': async ({ db, table, key, id, missingId }) =>
    some(await db(table).where(key, missingId).orWhere(key, id).update(key, id)),
  'a row can be deleted': async ({ db, table, key, id }) => some(await db(table).where(key, id).delete()),
}

/** Not every type of key has these. */
export const WRITES_OF_NUMBERS: Attempts = {
  'a row can be counted up': async ({ db, table, key, id }) =>
    some(await db(table).where(key, id).increment(key, 0)),
}

/** Writes that the database may refuse too, because they write a reference to a row that cannot exist. */
export const WRITES_THAT_MAY_FAIL: Attempts = {
  'a row can be overwritten by a merge': async ({ db, table, key, id, fresh }) => {
    // A row with an xmax was there before; where each user has keys of their own, the row is a new one.
    const merged: Row[] = await db(table)
      .insert({ ...fresh, [key]: id })
      .onConflict(key)
      .merge()
      .returning([key, db.raw('xmax::text as replaced')])
    // If its key is dropped, the row is a new one, too, which a unique constraint of the table may refuse.
    return some(merged.filter((row) => String(row[key]) === String(id) && row.replaced !== '0').length)
  },
  'a row can be made in the owner’s name': (aim) =>
    inserted(aim, { ...aim.fresh, [aim.owner]: aim.ownersId }),
  'a row can be made without an owner': (aim) => {
    const { [aim.owner]: _, ...unnamed } = aim.fresh
    return inserted(aim, unnamed)
  },
  'a row can be given to the owner': async (aim) => {
    const { db, table, key, ownId, owner, ownersId } = aim
    return shown(aim, await db(table).where(key, ownId).update(owner, ownersId).returning(owner))
  },
}

/** A key that no row has yet, in place of one that the database makes. */
export const CHOSEN_KEYS: Attempts = {
  'a row can be made with a key of one’s choice': async (aim) =>
    told(aim, await aim.db(aim.table).insert(aim.fresh).returning([aim.key])),
  'a row can be given a key of one’s choice': async (aim) => {
    const { db, table, key, ownId, fresh } = aim
    return told(
      aim,
      await db(table)
        .where(key, ownId)
        .update({ [key]: fresh[key] })
        .returning([key]),
    )
  },
}

/** For one parent: rows that would refer to a row of the owner. */
export function hanging({ column, theirs }: ProbeTable['parents'][number]): Attempts {
  return {
    [`a row can be hung under a row of the owner's, by ${column},`]: async ({ db, table, key, fresh }) =>
      some(
        (
          await db(table)
            .insert({ ...fresh, [column]: theirs })
            .returning(key)
        ).length,
      ),
    [`a row can be moved under a row of the owner's, by ${column},`]: async ({ db, table, key, ownId }) =>
      some(await db(table).where(key, ownId).update(column, theirs)),
  }
}

async function inserted(aim: QueryAim, row: Row): Promise<string | null> {
  return shown(aim, await aim.db(aim.table).insert(row).returning(aim.owner))
}

function told({ key, fresh }: QueryAim, [row]: Row[]): string | null {
  return String(row?.[key]) === String(fresh[key]) ? `key ${fresh[key]}` : null
}
