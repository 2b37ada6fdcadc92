import type { Knex } from 'knex'
import type pg from 'pg'
import { sqlState } from './sql-state.js'

/** The plan does not fit the tables any more; a pooler has thrown the statement away. */
const OUTDATED = ['0A000', '26000']

/**
 * A query that the toolkit asks over and over, on its own pool and without a query builder: prepared once a connection.
 *
 * @param byName whether statements may be kept by name; false behind a pooler that gives each transaction another
 *   connection
 */
export function prepared<Row extends object>(
  db: Knex,
  name: string,
  byName: () => boolean,
): (text: string, values: unknown[]) => Promise<Row[]> {
  let edition = 0
  return async (text, values) => {
    const client: pg.Client = await db.client.acquireConnection()
    try {
      if (!byName()) return (await client.query<Row>(text, values)).rows
      const asked = edition
      try {
        return (await client.query<Row>({ name: `${name}_${asked}`, text, values })).rows
      } catch (error) {
        if (!OUTDATED.includes(sqlState(error))) throw error
        // Under another name it is prepared anew, on every connection.
        if (edition === asked) edition++
        return (await client.query<Row>({ name: `${name}_${edition}`, text, values })).rows
      }
    } finally {
      db.client.releaseConnection(client)
    }
  }
}
