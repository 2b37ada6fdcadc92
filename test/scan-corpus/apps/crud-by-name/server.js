const express = require('express')
const fs = require('fs')
const path = require('path')
const { Pool } = require('pg')

const pool = new Pool()
const app = express()
app.use(express.json())

const crud = (table) => {
  const router = express.Router()
  const sql = { list: `select * from ${table}`, one: `select * from ${table} where id = $1` }
  router.get('/', (req, res, next) => pool.query(sql.list).then(({ rows }) => res.json(rows)).catch(next))
  router.get('/:id', (req, res, next) => pool.query(sql.one, [req.params.id]).then(({ rows }) => res.json(rows[0])).catch(next))
  router.post('/', (req, res, next) =>
    pool.query(`insert into ${table} (data) values ($1) returning *`, [req.body]).then(({ rows }) => res.json(rows[0])).catch(next),
  )
  return router
}
for (const table of ['posts', 'remarks']) app.use('/' + table, crud(table))

const exporters = {
  csv: async () => (await pool.query('select * from posts')).rows.map((row) => Object.values(row).join(',')).join('\n'),
  json: async () => JSON.stringify((await pool.query('table remarks')).rows),
}
app.get('/export/:kind', async (req, res) => {
  const exporter = exporters[req.params.kind]
  if (!exporter) return res.sendStatus(404)
  res.send(await exporter())
})
app.post('/run/:name', async (req, res) => {
  const plugin = require(`./plugins/${req.params.name}`)
  res.json(await plugin({ pool, body: req.body }))
})
app.get('/hidden', async (req, res) => res.json(await global.reports.build(req.query)))
app.get('/ping', (req, res) => res.send('pong'))
app.listen(3000)
