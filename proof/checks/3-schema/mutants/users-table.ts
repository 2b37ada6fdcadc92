import type pg from 'pg'
import * as real from '../../../../src/database/migrations/users-table.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/database/migrations/users-table.js', {
  /** Does not check whether the column is generated. */
  anyColumn: {
    inspectUsers: (client, ...more) => real.inspectUsers(shownAs(client, { generated: false }), ...more),
  },
  /** Does not check the type of the column. */
  anyType: {
    inspectUsers: (client, ...more) => real.inspectUsers(shownAs(client, { base: 'text' }), ...more),
  },
} satisfies Record<string, Partial<typeof real>>)

/** Returns a client whose catalog queries report changed columns. */
function shownAs(client: pg.Client, column: Record<string, unknown>): pg.Client {
  const query = async (...given: Parameters<typeof client.query>) => {
    const answer = (await client.query(...given)) as unknown as pg.QueryResult
    return { ...answer, rows: answer.rows.map((row) => ('generated' in row ? { ...row, ...column } : row)) }
  }
  return { query } as unknown as pg.Client
}
