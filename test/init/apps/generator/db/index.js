const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
pool.on('error', console.error)

module.exports = { query: (text, params) => pool.query(text, params) }
