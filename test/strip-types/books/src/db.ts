import pg from 'pg'

const { DATABASE_URL: connectionString } = process.env
const pool = new pg.Pool({ connectionString, max: 5 })

export async function all<Row extends pg.QueryResultRow>(text: string, ...values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>(text, values)).rows
}
