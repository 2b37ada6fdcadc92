// Books on shelves by knex, ES modules: the app is exported, another file listens.
import express from 'express'
import db from './db.js'

const app = express()
app.use(express.json())
app.get('/api/health', (_req, res) => res.json({ status: 'ok' }))

const books = express.Router()
books.get('/', async (_req, res) => res.json(await db('books').select('*').orderBy('id')))
books.get('/:id', async (req, res) => {
  const book = await db('books').where({ id: req.params.id }).first()
  book ? res.json(book) : res.status(404).json({ error: 'no such book' })
})
books.post('/', async (req, res) => {
  const { shelf_id, title, rating } = req.body
  if (!title) return res.status(400).json({ error: 'title is required' })
  const [book] = await db('books').insert({ shelf_id, title, rating }).returning('*')
  res.status(201).json(book)
})
books.patch('/:id', async (req, res) => {
  const changed = await db('books').where('id', req.params.id).update({ rating: req.body.rating })
  res.status(changed ? 200 : 404).json({ changed })
})
books.delete('/:id', async (req, res) => {
  await db('books').where('id', req.params.id).del()
  res.status(204).end()
})
app.use('/api/books', books)

const byShelf = () =>
  db('shelves')
    .leftJoin('books as b', 'b.shelf_id', 'shelves.id')
    .groupBy('shelves.id')
    .select('shelves.*')
    .count('b.id as books')
    .orderBy('shelves.id')
app.get('/api/shelves', async (_req, res) => res.json(await byShelf()))
app.post('/api/shelves', async (req, res) => {
  if (!req.body.name) return res.status(400).json({ error: 'name is required' })
  const [shelf] = await db('shelves').insert({ name: req.body.name }).returning('*')
  res.status(201).json(shelf)
})

export default app
