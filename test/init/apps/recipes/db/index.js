const { Pool } = require('pg')

// The certificate is verified.
const pool = new Pool({ connectionString: process.env.DATABASE_URL, ssl: true })
pool.on('error', (err) => console.error(err.message))

module.exports = { query: (text, params) => pool.query(text, params) }
