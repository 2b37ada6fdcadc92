// A dependency that brings a pool of its own.
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
pool.on('error', () => {})

/** How many rows a table has. */
export async function countOf(table) {
  const { rows } = await pool.query(`select count(*)::int as count from ${table}`)
  return rows[0].count
}
