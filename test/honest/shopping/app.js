// A shopping list for one person: an API and nothing else. No users, no pages, no knex, nothing that was ever retired.
import express from 'express'
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows

export const app = express()
app.use(express.json())

app.get('/health', (_req, res) => res.json({ ok: true }))
app.get('/items', async (_req, res) => res.json(await rows('select id, name, bought from items order by id')))
app.post('/items', async (req, res) => {
  const { name } = req.body ?? {}
  if (typeof name !== 'string' || !name) return res.status(400).json({ error: 'name is missing' })
  const [item] = await rows('insert into items (name) values ($1) returning id, name, bought', name)
  res.status(201).json(item)
})
app.put('/items/:id/bought', async (req, res) =>
  answer(
    res,
    await rows('update items set bought = true where id = $1 returning id, name, bought', idOf(req)),
  ),
)
app.delete('/items/:id', async (req, res) =>
  answer(res, await rows('delete from items where id = $1 returning id', idOf(req))),
)

// What is no number is the key of nothing.
const idOf = ({ params: { id } }) => (/^\d{1,9}$/.test(id) ? Number(id) : 0)

function answer(res, [found]) {
  if (!found) return res.status(404).json({ error: 'not found' })
  res.json(found)
}

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
