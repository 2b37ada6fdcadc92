// Books and who reads them: people of its own, and pages that the server writes. The first of them shows nothing of
// anybody's, the list is below its reader, and each book has a key made at random.
import express from 'express'
import pg from 'pg'

const pool = new pg.Pool()
const escaped = (text) => String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)
const page = (body) => `<!doctype html><title>Books</title><main>${body}</main>`
const line = ({ id, title }) => `<li><a href="/books/${id}">${escaped(title)}</a></li>`

const app = express()
app.use(express.urlencoded({ extended: false }))

app.get('/', (_req, res) => {
  res.send(page('<h1>Welcome to your books</h1>'))
})
app.get('/readers/:id/books', async (req, res) => {
  const { rows } = await pool.query('select id, title from books where reader_id::text = $1 order by id', [
    req.params.id,
  ])
  const form = '<form method="post"><input name="title"><button>Add</button></form>'
  res.send(page(`<ul>${rows.map(line).join('')}</ul>${form}`))
})
app.get('/books/:id', async (req, res) => {
  const { rows } = await pool.query('select title from books where id::text = $1', [req.params.id])
  if (!rows.length) return res.status(404).send(page('<p>No such book</p>'))
  res.send(page(`<h1>${escaped(rows[0].title)}</h1>`))
})
app.post('/readers/:id/books', async (req, res) => {
  if (!req.body?.title) return res.status(400).send(page('<p>A book has a title</p>'))
  const { id } = req.params
  await pool.query('insert into books (reader_id, title) values ($1, $2)', [id, req.body.title])
  res.redirect(`/readers/${id}/books`)
})

export { app, pool }
