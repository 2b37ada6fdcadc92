import type { Knex } from 'knex'
import type pg from 'pg'
import { sqlState } from './sql-state.js'

/** The plan does not fit the tables any more, or a pooler has discarded the statement. */
const OUTDATED = ['0A000', '26000']

export interface Prepared<Row> {
  /** Runs one query after the other on a connection that is kept for the next one. */
  ask(text: string, values: unknown[]): Promise<Row[]>
  /** Releases the connection. Acquiring one for each of many simultaneous queries would cost as much as a small query. */
  letGo(): void
}

/**
 * A query that usertwo runs very often, on its own pool and without a query builder: prepared once per connection.
 *
 * @param byName whether statements may be prepared by name; false behind a pooler that gives each transaction another
 *   connection
 */
export function prepared<Row extends object>(db: Knex, name: string, byName: () => boolean): Prepared<Row> {
  let edition = 0
  let held: pg.Client | null = null

  function letGo(): void {
    if (held) db.client.releaseConnection(held)
    held = null
  }

  async function askOn(client: pg.Client, text: string, values: unknown[]): Promise<Row[]> {
    if (!byName()) return (await client.query<Row>(text, values)).rows
    const named = async () => (await client.query<Row>({ name: `${name}_${edition}`, text, values })).rows
    try {
      return await named()
    } catch (error) {
      if (!OUTDATED.includes(sqlState(error))) throw error
      // Under another name it is prepared again, on every connection.
      edition++
      return await named()
    }
  }

  return {
    letGo,
    async ask(text, values) {
      held ??= (await db.client.acquireConnection()) as pg.Client
      try {
        return await askOn(held, text, values)
      } catch (error) {
        // The connection itself may have failed: the pool checks it before using it again.
        letGo()
        throw error
      }
    },
  }
}
