// The same without the two edits.
const express = require('express')
const pg = require('pg')
require(process.env.LOADS)

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
const app = express()
app.get('/notes', async (_req, res) => {
  res.json((await pool.query('select text from notes order by text')).rows.map(({ text }) => text))
})
const server = app.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`))
