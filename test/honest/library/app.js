// Books and who reads them: people of its own, and pages that the server writes. The first of them shows nothing of
// anybody's, the list is below its reader, and each book has a key made at random that only its pages tell: in links,
// in forms and in where they lead, which of a new one nothing but a header says.
import express from 'express'
import pg from 'pg'

const pool = new pg.Pool()
const escaped = (text) => String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)
const page = (body) => `<!doctype html><title>Books</title><main>${body}</main>`
const line = ({ id, title }) => `<li><a href="/books/${id}">${escaped(title)}</a></li>`

const app = express()
app.use(express.urlencoded({ extended: false }))

app.get('/health', (_req, res) => {
  res.json({ ok: true })
})
app.get('/', (_req, res) => {
  res.send(page('<h1>Welcome to your books</h1>'))
})
app.get('/readers/:id/books', async (req, res) => {
  const { rows } = await pool.query('select id, title from books where reader_id::text = $1 order by title', [
    req.params.id,
  ])
  const form = '<form method="post"><input name="title"><button>Add</button></form>'
  res.send(page(`<ul>${rows.map(line).join('')}</ul>${form}`))
})
app.get('/books/:id', async (req, res) => {
  const { rows } = await pool.query('select id, reader_id, title from books where id::text = $1', [
    req.params.id,
  ])
  if (!rows.length) return res.status(404).send(page('<p>No such book</p>'))
  const [{ id, reader_id, title }] = rows
  const back = `<a href="/readers/${reader_id}/books">All books</a>`
  const forms = `<form method="post" action="/books/title"><input type="hidden" name="id" value="${id}">
    <input name="title"><button>Call it so</button></form>
    <form method="post" action="/books/${id}/delete"><button>Give it away</button></form>`
  res.send(page(`<h1>${escaped(title)}</h1>${back}${forms}`))
})
app.post('/readers/:id/books', async (req, res) => {
  if (!req.body?.title) return res.status(400).send(page('<p>A book has a title</p>'))
  const { rows } = await pool.query('insert into books (reader_id, title) values ($1, $2) returning id', [
    req.params.id,
    req.body.title,
  ])
  res.status(303).location(`/books/${rows[0].id}`).end()
})
app.post('/books/title', async (req, res) => {
  const { id, title } = req.body ?? {}
  const changed = await pool.query('update books set title = $2 where id::text = $1', [id, title])
  if (!changed.rowCount) return res.status(404).send(page('<p>No such book</p>'))
  res.redirect(`/books/${id}`)
})
app.post('/books/:id/delete', async (req, res) => {
  const { rows } = await pool.query('delete from books where id::text = $1 returning reader_id', [
    req.params.id,
  ])
  if (!rows.length) return res.status(404).send(page('<p>No such book</p>'))
  res.redirect(`/readers/${rows[0].reader_id}/books`)
})

export { app, pool }
