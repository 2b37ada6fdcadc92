// Todos of one person in one file, as a first app is written: CommonJS, a Pool, and listen at its end.
const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
pool.on('error', (error) => console.error(error.message))
const app = express()
app.use(express.json())

const to = (work) => (req, res, next) => work(req, res).catch(next)

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get(
  '/lists',
  to(async (_req, res) => res.json((await pool.query('select * from lists order by id')).rows)),
)
app.post(
  '/lists',
  to(async (req, res) => {
    const { title } = req.body
    if (!title) return res.status(400).json({ error: 'title is required' })
    const { rows } = await pool.query('insert into lists (title) values ($1) returning *', [title])
    res.status(201).json(rows[0])
  }),
)
app.get(
  '/lists/:id/todos',
  to(async (req, res) => {
    const text = 'select * from todos where list_id = $1 order by id'
    res.json((await pool.query(text, [req.params.id])).rows)
  }),
)
app.post(
  '/lists/:id/todos',
  to(async (req, res) => {
    const { task } = req.body
    const text = 'insert into todos (list_id, task) values ($1, $2) returning *'
    res.status(201).json((await pool.query(text, [req.params.id, task])).rows[0])
  }),
)
app.put(
  '/todos/:id',
  to(async (req, res) => {
    const { task, done } = req.body
    const text = 'update todos set task = $1, done = $2 where id = $3 returning *'
    const { rows } = await pool.query(text, [task, done, req.params.id])
    rows[0] ? res.json(rows[0]) : res.status(404).json({ error: 'not found' })
  }),
)
app.delete(
  '/todos/:id',
  to(async (req, res) => {
    const { rowCount } = await pool.query('delete from todos where id = $1', [req.params.id])
    res.status(rowCount ? 204 : 404).end()
  }),
)
app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})

const port = process.env.PORT || 3000
app.listen(port, () => console.log(`listening on ${port}`))
