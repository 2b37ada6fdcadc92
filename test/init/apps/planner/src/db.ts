import pg from 'pg'

const { DATABASE_URL: connectionString } = process.env
export const pool = new pg.Pool({ connectionString, max: 5 })
pool.on('error', ({ message }) => console.error(message))

export async function all<Row extends pg.QueryResultRow>(text: string, ...values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>(text, values)).rows
}
