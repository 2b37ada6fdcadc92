import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })

/** All rows of a query. */
export const all = async (text, ...values) => (await pool.query(text, values)).rows
/** Its first row, or null. */
export const one = async (text, ...values) => (await all(text, ...values))[0] ?? null
