// A bookshelf behind Authelia, which logs its users in and names each in the header Remote-Email. It was written for one
// person: no query of books or quotes asks whose they are.
import express from 'express'
import { bookList, bookPage } from './pages.js'

/**
 * @param {import('pg').Pool} pool
 * @param {(app: import('express').Express) => void} more further routes, for tests
 */
export function createApp(pool, more = () => {}) {
  const app = express()
  app.get('/health', (_req, res) => res.json({ ok: true }))
  app.use(express.json())
  app.use(express.urlencoded({ extended: false }))
  app.use(loadUser(pool))
  pages(app, pool)
  app.use('/api', me(pool))
  app.use('/api', books(pool))
  app.use('/api', quotes(pool))
  more(app)
  app.use((_req, res) => res.status(404).json({ error: 'not found' }))
  app.use((error, _req, res, _next) => {
    const status = error.status ?? 500
    res.status(status).json({ error: status === 500 ? 'failed' : error.message })
  })
  return app
}

/** Puts the row of the user whom the proxy names on the request. */
function loadUser(pool) {
  return async (req, _res, next) => {
    const email = req.get('Remote-Email')
    if (!email) return next()
    const { rows } = await pool.query('SELECT id, email, name FROM users WHERE email = $1', [email])
    if (rows[0]) req.user = { ...rows[0], groups: (req.get('Remote-Groups') ?? '').split(',') }
    next()
  }
}

function needUser(req, res, next) {
  if (req.user) return next()
  res.status(401).json({ error: 'the proxy names no user of this app' })
}

function pages(app, pool) {
  app.get('/', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT id, title, author FROM books ORDER BY id')
    res.send(bookList(req.user, rows))
  })

  app.get('/books/:id', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM books WHERE id = $1', [key(req)])
    if (!rows[0]) return res.status(404).send('not found')
    const quoted = await pool.query('SELECT text FROM quotes WHERE book_id = $1 ORDER BY id', [rows[0].id])
    res.send(bookPage(rows[0], quoted.rows))
  })
}

function me(pool) {
  const router = express.Router()

  router.get('/me', needUser, (req, res) => res.json(req.user))

  router.patch('/me', needUser, async (req, res) => {
    const { rows } = await pool.query('UPDATE users SET name = $1 WHERE id = $2 RETURNING id, email, name', [
      String(req.body?.name ?? ''),
      req.user.id,
    ])
    res.json(rows[0])
  })

  router.get('/statistics', needUser, async (_req, res) => {
    const { rows } = await pool.query(
      'SELECT count(*)::int AS books, count(*) FILTER (WHERE read)::int AS finished FROM books',
    )
    res.json(rows[0])
  })

  return router
}

function books(pool) {
  const router = express.Router()

  router.get('/books', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM books WHERE title ILIKE $1 ORDER BY id', [
      `%${req.query.q ?? ''}%`,
    ])
    res.json(rows)
  })

  router.post('/books', needUser, async (req, res) => {
    const { title, author = '' } = req.body ?? {}
    if (!title) return res.status(400).json({ error: 'give a title' })
    const { rows } = await pool.query('INSERT INTO books (title, author) VALUES ($1, $2) RETURNING *', [
      title,
      author,
    ])
    res.status(201).json(rows[0])
  })

  router.get('/books/:id', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM books WHERE id = $1', [key(req)])
    answer(res, rows[0])
  })

  router.put('/books/:id', needUser, async (req, res) => {
    const { title = null, read = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE books SET title = coalesce($2, title), read = coalesce($3, read) WHERE id = $1 RETURNING *',
      [key(req), title, read],
    )
    answer(res, rows[0])
  })

  router.delete('/books/:id', needUser, async (req, res) => {
    const { rows } = await pool.query('DELETE FROM books WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
  })

  return router
}

function quotes(pool) {
  const router = express.Router()

  router.get('/books/:id/quotes', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM quotes WHERE book_id = $1 ORDER BY id', [key(req)])
    res.json(rows)
  })

  router.post('/books/:id/quotes', needUser, async (req, res) => {
    const found = await pool.query('SELECT id FROM books WHERE id = $1', [key(req)])
    if (!found.rows[0]) return answer(res, undefined)
    const { rows } = await pool.query('INSERT INTO quotes (book_id, text) VALUES ($1, $2) RETURNING *', [
      key(req),
      String(req.body?.text ?? ''),
    ])
    res.status(201).json(rows[0])
  })

  router.delete('/quotes/:id', needUser, async (req, res) => {
    const { rows } = await pool.query('DELETE FROM quotes WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
  })

  return router
}

/** @throws an error with status 400 when the path names no row */
function key(req) {
  const id = Number(req.params.id)
  if (Number.isSafeInteger(id) && id > 0 && id < 2 ** 31) return id
  throw Object.assign(new Error('not an id'), { status: 400 })
}

function answer(res, row) {
  if (row) res.json(row)
  else res.status(404).json({ error: 'not found' })
}
