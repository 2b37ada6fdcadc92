import type pg from 'pg'

/** Returns a client whose catalog queries report changed columns. */
export function shownAs(client: pg.Client, column: Record<string, unknown>): pg.Client {
  const query = async (...given: Parameters<typeof client.query>) => {
    const answer = (await client.query(...given)) as unknown as pg.QueryResult
    return { ...answer, rows: answer.rows.map((row) => ('generated' in row ? { ...row, ...column } : row)) }
  }
  return { query } as unknown as pg.Client
}
