const express = require('express')
const { Pool } = require('pg')

const pool = new Pool()
const app = express()
app.use(express.json())

const load = [
  async function (req, res, next) {
    const { rows } = await pool.query('select * from tickets where id = $1', [req.params.id])
    req.ticket = rows[0]
    return req.ticket ? next() : next('route')
  },
]
const json = (name) => (req, res) => res.json(req[name])
const show = [load, json('ticket')]
const close = [...load, require('./close')(pool), (req, res) => res.status(204).end()]
const list = [
  async (req, res, next) => {
    const conditions = ['true']
    const values = []
    if (req.query.state) {
      values.push(req.query.state)
      conditions.push(`state = $${values.length}`)
    }
    req.tickets = (await pool.query(`select id, title, state from tickets where ${conditions.join(' and ')}`, values)).rows
    next()
  },
  json('tickets'),
]

app.get('/tickets', list)
app.get('/tickets/:id', show)
app.post('/tickets/:id/close', close)
app.post('/tickets', [express.json(), async (req, res) => {
  await pool.query('insert into tickets (title, state) values ($1, $2)', [req.body.title, 'open'])
  res.status(201).end()
}])
app.get(['/about', '/version'], (req, res) => res.json({ version: 1 }))
app.param('noteId', async (req, res, next, id) => {
  req.note = (await pool.query({ text: 'select * from notes where id = $1', values: [id] })).rows[0]
  next()
})
app.get('/notes/:noteId', json('note'))
app.put('/notes/:noteId', async (req, res) => {
  await pool.query('update notes set body = $2 where id = $1', [req.note.id, req.body.body])
  res.end()
})
app.use((req, res) => res.status(404).end())
app.listen(3000)
