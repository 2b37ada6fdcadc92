const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 4 })

/** All rows of a query. */
const all = async (text, ...values) => (await pool.query(text, values)).rows
/** Its first row, or null. */
const one = async (text, ...values) => (await all(text, ...values))[0] ?? null

module.exports = { pool, all, one }
