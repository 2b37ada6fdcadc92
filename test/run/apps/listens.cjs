// CommonJS, one file: listens as it is loaded, and adds routes after that.
const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
const app = express()
app.listen(process.env.PORT, '127.0.0.1', function listening() {
  console.log(`port ${this.address().port}`)
})
app.get('/health', (_req, res) => res.send('ok'))
app.get('/notes', async (_req, res) => {
  const { rows } = await pool.query('select text from notes order by id')
  res.json(rows.map(({ text }) => text))
})
app.get('/debug/notes', async (_req, res) => res.json((await pool.query('select * from notes')).rows))
