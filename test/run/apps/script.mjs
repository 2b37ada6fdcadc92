import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
const { rows } = await pool.query('select * from notes')
console.log(`rows ${rows.length}`)
await pool.end()
