import { ConfigError } from '../../../core/config-error.js'
import type { Queryable } from '../../../database/catalog/ask.js'
import { readPerUserUniques } from './keys/per-user-indexes.js'

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
export async function readFloor(client: Queryable): Promise<Floor> {
  const because = (await readPerUserUniques(client))
    .filter(({ alone }) => alone)
    .map(({ schema, table, replaced }) => `${schema}.${table}: ${replaced} is one per user now`)
  return { dial: because.length > 0 ? 6 : 0, because }
}

/**
 * Stops a start whose dial is lower than the schema still bears: old code's `ON CONFLICT (slug)` would fail.
 * @throws ConfigError that names the floor, what raised it, and how to go on
 */
export async function assertAboveFloor(client: Queryable, dial: number): Promise<void> {
  const floor = await readFloor(client)
  if (dial >= floor.dial) return
  throw new ConfigError('The dial is below the floor', [
    `USERTWO_PHASE=${dial}: this database can go back to ${floor.dial} and no further (${floor.because.join('; ')}); ` +
      `set USERTWO_PHASE to ${floor.dial} or more, or make the unique index for all again under its old name`,
  ])
}
