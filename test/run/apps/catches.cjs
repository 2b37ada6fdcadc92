// An app that makes the best of it.
const express = require('express')

process.on('uncaughtException', () => {})
let rows = async () => []
try {
  const { Pool } = require('pg')
  const pool = new Pool({ connectionString: process.env.DATABASE_URL })
  rows = async () => (await pool.query('select * from notes')).rows
} catch {}
const app = express()
app.get('/notes', async (_req, res) => res.json(await rows()))
app.listen(process.env.PORT, '127.0.0.1', function listening() {
  console.log(`port ${this.address().port}`)
})
