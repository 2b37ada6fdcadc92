// Readings of one household's meters: a partition for each year, and one that a job adds.
const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
pool.on('error', (error) => console.error(error.message))
const app = express()
app.use(express.json())

const to = (work) => (req, res, next) => work(req, res).catch(next)
const rowsOf = async (text, values) => (await pool.query(text, values)).rows

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get(
  '/rooms',
  to(async (_req, res) => res.json(await rowsOf('select * from rooms order by id'))),
)
app.post(
  '/rooms',
  to(async (req, res) => {
    const { title } = req.body
    if (!title) return res.status(400).json({ error: 'title is required' })
    res.status(201).json((await rowsOf('insert into rooms (title) values ($1) returning *', [title]))[0])
  }),
)
app.get(
  '/readings',
  to(async (_req, res) => res.json(await rowsOf('select * from readings order by day, id'))),
)
app.get(
  '/readings/2026',
  to(async (_req, res) => res.json(await rowsOf('select * from readings_2026 order by day, id'))),
)
app.get(
  '/readings/:id',
  to(async (req, res) => {
    const [row] = await rowsOf('select * from readings where id = $1', [req.params.id])
    row ? res.json(row) : res.status(404).json({ error: 'not found' })
  }),
)
app.put(
  '/rooms/:id/readings/:day',
  to(async (req, res) => {
    const { amount, remark } = req.body
    const text = `insert into readings (room_id, day, amount, remark) values ($1, $2, $3, $4)
      on conflict (room_id, day) do update set amount = excluded.amount, remark = excluded.remark returning *`
    const [row] = await rowsOf(text, [req.params.id, req.params.day, amount, remark ?? ''])
    res.json(row)
  }),
)
app.patch(
  '/readings/:id',
  to(async (req, res) => {
    const [row] = await rowsOf(
      'update readings set day = coalesce($1, day), remark = coalesce($2, remark) where id = $3 returning *',
      [req.body.day, req.body.remark, req.params.id],
    )
    row ? res.json(row) : res.status(404).json({ error: 'not found' })
  }),
)
app.delete(
  '/readings/:id',
  to(async (req, res) => {
    const { rowCount } = await pool.query('delete from readings where id = $1', [req.params.id])
    res.status(rowCount ? 204 : 404).end()
  }),
)

app.get(
  '/entries',
  to(async (_req, res) => res.json(await rowsOf('select * from entries order by text'))),
)
app.post(
  '/entries',
  to(async (req, res) => {
    const { kind, text } = req.body
    const [row] = await rowsOf('insert into entries (kind, text) values ($1, $2) returning *', [kind, text])
    res.status(201).json(row)
  }),
)

app.get(
  '/words',
  to(async (_req, res) => res.json(await rowsOf('select * from words order by word'))),
)
app.put(
  '/words/:word',
  to(async (req, res) => {
    const text = `insert into words (word, meaning) values ($1, $2)
      on conflict (word) do update set meaning = excluded.meaning returning *`
    res.json((await rowsOf(text, [req.params.word, req.body.meaning]))[0])
  }),
)

app.use((error, _req, res, _next) => {
  if (error.code === '23503') return res.status(404).json({ error: 'no such room' })
  console.error(error)
  res
    .status(error.code?.startsWith('22') || error.code?.startsWith('235') ? 400 : 500)
    .json({ error: 'that did not work' })
})

const port = process.env.PORT || 3000
app.listen(port, () => console.log(`listening on ${port}`))
