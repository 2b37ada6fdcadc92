const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
const app = express()
app.use(express.json())

const isText = (value) => typeof value === 'string' && value.length > 0

app.get('/settings', async (_req, res) => {
  const { rows } = await pool.query('select key, value from settings order by key')
  res.json(Object.fromEntries(rows.map(({ key, value }) => [key, value])))
})
app.get('/settings/:key', async (req, res) => {
  const { rows } = await pool.query('select key, value from settings where key = $1', [req.params.key])
  if (!rows[0]) return res.status(404).json({ error: 'not found' })
  res.json(rows[0])
})
app.put('/settings/:key', async (req, res) => {
  const { value } = req.body ?? {}
  if (!isText(value)) return res.status(400).json({ error: 'value is required' })
  const { rows } = await pool.query(
    `insert into settings (key, value) values ($1, $2)
     on conflict (key) do update set value = excluded.value, changed_at = now() returning key, value`,
    [req.params.key, value],
  )
  res.json(rows[0])
})
app.put('/links/:slug', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const { rows } = await pool.query({
    name: 'put-link',
    text: `insert into links (slug, title) values ($1, $2)
           on conflict on constraint links_slug_key do update set title = excluded.title returning id, slug, title`,
    values: [req.params.slug, title],
  })
  res.json(rows[0])
})
app.get('/links', async (_req, res) => {
  res.json((await pool.query('select id, slug, title from links order by slug')).rows)
})

app.listen(process.env.PORT || 3000, () => console.log('listening'))
