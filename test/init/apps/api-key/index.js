// Bookmarks behind a key of the app's own in a header, Express 4, callbacks of pg, soft deletes, a default 404.
const express = require('express')
const pool = require('./pool')

const app = express()
app.use(express.json())
app.get('/healthz', (_req, res) => res.status(200).end())
app.use((req, res, next) => {
  if (req.get('x-api-key') !== process.env.API_KEY) return res.status(401).json({ error: 'key' })
  next()
})

app.get('/bookmarks', (req, res) => {
  const { q = '' } = req.query
  const text = "select * from bookmarks where deleted_at is null and title like '%' || $1 || '%' order by id"
  pool.query(text, [q], (error, found) => {
    if (error) return res.status(500).json({ error: 'database' })
    res.json(found.rows)
  })
})
app.post('/bookmarks', (req, res) => {
  const { url, title } = req.body
  if (!url || !title) return res.status(400).json({ error: 'url and title are required' })
  pool.query(
    'insert into bookmarks (url, title) values ($1, $2) returning *',
    [url, title],
    (error, made) => {
      if (error) return res.status(500).json({ error: 'database' })
      res.status(201).json(made.rows[0])
    },
  )
})
app.delete('/bookmarks/:id', (req, res) => {
  const text = 'update bookmarks set deleted_at = now() where id = $1 and deleted_at is null'
  pool.query(text, [parseInt(req.params.id, 10) || 0], (error, gone) => {
    if (error) return res.status(500).json({ error: 'database' })
    res.json({ affected: gone.rowCount })
  })
})

if (require.main === module) app.listen(process.env.PORT || 3000)

module.exports = app
