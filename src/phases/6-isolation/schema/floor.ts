import { ConfigError } from '../../../core/config-error.js'
import type { Queryable } from '../../../database/catalog/ask.js'
import { readPerUserUniques } from './keys/per-user-indexes.js'

/** The lowest dial to return to, and why. */
export interface Floor {
  /** 0: every lower dial is possible; 6: the old code needs the query layer. */
  dial: 0 | 6
  because: string[]
}

/**
 * Reads the floor from the catalog: a unique that has become one per user, and is no longer one for all. Creating the
 * old index again, under its name, lowers it. Reads only, and needs none of usertwo's own tables.
 */
export async function readFloor(client: Queryable): Promise<Floor> {
  const because = (await readPerUserUniques(client))
    .filter(({ alone }) => alone)
    .map(({ schema, table, replaced }) => `${schema}.${table}: ${replaced} is one per user now`)
  return { dial: because.length > 0 ? 6 : 0, because }
}

/**
 * Stops a start whose dial is too low for the schema: old code's `ON CONFLICT (slug)` would fail.
 * @throws ConfigError that names the floor, what raised it, and how to continue
 */
export async function assertAboveFloor(client: Queryable, dial: number): Promise<void> {
  const floor = await readFloor(client)
  if (dial >= floor.dial) return
  throw new ConfigError('The dial is below the floor', [
    `USERTWO_PHASE=${dial}: this database can go back to ${floor.dial} and no further (${floor.because.join('; ')}); ` +
      `set USERTWO_PHASE to ${floor.dial} or more, or make the unique index for all again under its old name`,
  ])
}
