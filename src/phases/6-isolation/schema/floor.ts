import type { Session } from '../../../database/catalog/ask.js'
import { readPerUserUniques } from './uniques.js'

/** The lowest dial to return to, and why. */
export interface Floor {
  /** 0: the dial may go all the way back; 6: old code needs the query layer. */
  dial: 0 | 6
  because: string[]
}

/**
 * The floor is what the catalog says: a unique that is one per user now, and no longer one for all. Making the old
 * index again, under its name, lowers it. Reads only, and needs nothing of the toolkit's own tables.
 */
export async function readFloor(client: Session): Promise<Floor> {
  const because = (await readPerUserUniques(client))
    .filter(({ alone }) => alone)
    .map(({ schema, table, replaced }) => `${schema}.${table}: ${replaced} is one per user now`)
  return { dial: because.length > 0 ? 6 : 0, because }
}
