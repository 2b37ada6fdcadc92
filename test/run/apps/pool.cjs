// pg-pool without pg's own pool in between, and callbacks all the way: two connections for everybody.
const express = require('express')
const { Client } = require('pg')
const Pool = require('pg-pool')

const pool = new Pool({ Client, connectionString: process.env.DATABASE_URL, max: 2 })
const app = express()
app.get('/health', (_req, res) => res.send('ok'))
app.get('/notes', (_req, res, next) => {
  pool.connect((refused, client, release) => {
    if (refused) return next(refused)
    client.query('select text from notes order by id', (error, found) => {
      release()
      if (error) return next(error)
      pool.query('select count(*)::int from notes', (failed, { rows: [{ count }] } = { rows: [{}] }) => {
        if (failed || count !== found.rows.length) return next(failed ?? new Error(`${count} rows`))
        res.json(found.rows.map(({ text }) => text))
      })
    })
  })
})
app.get('/debug/notes', (_req, res) => res.json([]))
app.listen(process.env.PORT, '127.0.0.1', function listening() {
  console.log(`port ${this.address().port}`)
})
