import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
pool.on('error', (error) => console.error(error.message))
export const rows = async (sql, ...values) => (await pool.query(sql, values)).rows
