// A reading list with a login of its own: a signed token in the answer, which its pages keep and send as a Bearer. It was
// written for one person: no query of books or notes asks whose they are.
import { fileURLToPath } from 'node:url'
import bcrypt from 'bcryptjs'
import express from 'express'
import jwt from 'jsonwebtoken'

const ROUNDS = 4
const WRONG = 'E-mail or password is wrong.'
const SECRET = process.env.APP_SIGNING_KEY ?? 'a reading list of one person'

/**
 * @param {import('pg').Pool} pool
 * @param {(app: import('express').Express) => void} more further routes, for tests
 */
export function createApp(pool, more = () => {}) {
  const app = express()
  app.get('/health', (_req, res) => res.json({ ok: true }))
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url))))
  app.use(express.json())
  app.use(readToken)
  app.use('/auth', login(pool))
  app.use('/api', profile(pool))
  app.use('/api', books(pool))
  app.use('/api', notes(pool))
  app.use('/api', marks(pool))
  more(app)
  app.use((_req, res) => res.status(404).json({ error: 'not found' }))
  app.use((error, _req, res, _next) => {
    const status = error.status ?? 500
    res.status(status).json({ error: status === 500 ? 'failed' : error.message })
  })
  return app
}

/** Puts the user of the token on the request; a token that is not valid counts for nothing. */
function readToken(req, _res, next) {
  const [, token] = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '') ?? []
  try {
    if (token) req.user = { id: Number(jwt.verify(token, SECRET, { algorithms: ['HS256'] }).sub) }
  } catch {
    req.user = undefined
  }
  next()
}

function needLogin(req, res, next) {
  if (req.user) return next()
  res.status(401).json({ error: 'log in first' })
}

const tokenFor = (id) => jwt.sign({}, SECRET, { subject: String(id), expiresIn: '12h' })

function login(pool) {
  const router = express.Router()

  router.post('/login', async (req, res) => {
    const { email = '', password = '' } = req.body ?? {}
    const { rows } = await pool.query('SELECT id, password_hash FROM users WHERE email = $1', [
      String(email).toLowerCase(),
    ])
    const right = rows[0] && (await bcrypt.compare(String(password), rows[0].password_hash))
    if (!right) return res.status(401).json({ error: WRONG })
    res.json({ data: { token: tokenFor(rows[0].id) }, id: rows[0].id })
  })

  router.post('/register', async (req, res) => {
    const { email, password, name = '' } = req.body ?? {}
    if (!/^\S+@\S+$/.test(email ?? '') || String(password ?? '').length < 8)
      return res.status(400).json({ error: 'give an e-mail address and a password of 8 characters' })
    const hash = await bcrypt.hash(String(password), ROUNDS)
    try {
      const { rows } = await pool.query(
        'INSERT INTO users (email, password_hash, name) VALUES ($1, $2, $3) RETURNING id',
        [String(email).toLowerCase(), hash, String(name)],
      )
      res.status(201).json({ id: rows[0].id })
    } catch (error) {
      if (error.code !== '23505') throw error
      res.status(409).json({ error: 'that address has an account' })
    }
  })

  return router
}

function profile(pool) {
  const router = express.Router()

  router.get('/me', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT id, email, name, role FROM users WHERE id = $1', [req.user.id])
    answer(res, rows[0])
  })

  router.patch('/me', needLogin, async (req, res) => {
    const { rows } = await pool.query(
      'UPDATE users SET name = $1 WHERE id = $2 RETURNING id, email, name, role',
      [String(req.body?.name ?? ''), req.user.id],
    )
    answer(res, rows[0])
  })

  return router
}

function books(pool) {
  const router = express.Router()

  router.get('/books', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM books WHERE title ILIKE $1 ORDER BY id', [
      `%${req.query.q ?? ''}%`,
    ])
    res.json(rows)
  })

  router.post('/books', needLogin, async (req, res) => {
    const { title, author = '' } = req.body ?? {}
    if (!title) return res.status(400).json({ error: 'give a title' })
    const { rows } = await pool.query('INSERT INTO books (title, author) VALUES ($1, $2) RETURNING *', [
      title,
      author,
    ])
    res.status(201).json(rows[0])
  })

  router.get('/books/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM books WHERE id = $1', [key(req)])
    answer(res, rows[0])
  })

  router.put('/books/:id', needLogin, async (req, res) => {
    const { title = null, author = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE books SET title = coalesce($2, title), author = coalesce($3, author) WHERE id = $1 RETURNING *',
      [key(req), title, author],
    )
    answer(res, rows[0])
  })

  router.delete('/books/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('DELETE FROM books WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
  })

  return router
}

function notes(pool) {
  const router = express.Router()

  router.get('/books/:id/notes', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM notes WHERE book_id = $1 ORDER BY id', [key(req)])
    res.json(rows)
  })

  router.post('/books/:id/notes', needLogin, async (req, res) => {
    const found = await pool.query('SELECT id FROM books WHERE id = $1', [key(req)])
    if (!found.rows[0]) return answer(res, undefined)
    const { rows } = await pool.query('INSERT INTO notes (book_id, text) VALUES ($1, $2) RETURNING *', [
      key(req),
      String(req.body?.text ?? ''),
    ])
    res.status(201).json(rows[0])
  })

  router.delete('/notes/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('DELETE FROM notes WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
  })

  return router
}

function marks(pool) {
  const router = express.Router()

  router.get('/marks/:name', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM marks WHERE name = $1', [req.params.name])
    answer(res, rows[0])
  })

  router.put('/marks/:name', needLogin, async (req, res) => {
    const { rows } = await pool.query(
      'INSERT INTO marks (name, page) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET page = excluded.page RETURNING *',
      [req.params.name, Number(req.body?.page ?? 1)],
    )
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
