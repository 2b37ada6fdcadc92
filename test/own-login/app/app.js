// A recipe box with a login of its own: express-session in PostgreSQL, one row of users for each person. It was written
// for one person: no query of recipes or steps asks whose they are.
import bcrypt from 'bcryptjs'
import pgSession from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'
import { page, recipeList } from './pages.js'

const ROUNDS = 4
const WRONG = 'E-mail or password is wrong.'

/**
 * @param {import('pg').Pool} pool
 * @param {(app: import('express').Express) => void} more further routes, for tests
 */
export function createApp(pool, more = () => {}) {
  const app = express()
  const Store = pgSession(session)
  app.set('trust proxy', 1)
  app.get('/health', (_req, res) => res.json({ ok: true }))
  app.use(express.json())
  app.use(express.urlencoded({ extended: false }))
  app.use(
    session({
      store: new Store({ pool, pruneSessionInterval: false }),
      secret: process.env.SESSION_SECRET ?? 'recipes in a box',
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: 86_400_000 },
    }),
  )
  app.use(loadUser(pool))
  login(app, pool)
  pages(app, pool)
  app.use('/api', recipes(pool))
  app.use('/api', steps(pool))
  more(app)
  app.use((_req, res) => res.status(404).json({ error: 'not found' }))
  app.use((error, _req, res, _next) => {
    const status = error.status ?? 500
    res.status(status).json({ error: status === 500 ? 'failed' : error.message })
  })
  return app
}

/** Puts the row of the person who is logged in on the request. */
function loadUser(pool) {
  return async (req, _res, next) => {
    const { userId } = req.session
    if (userId === undefined) return next()
    const { rows } = await pool.query('SELECT id, email, name FROM users WHERE id = $1', [userId])
    req.user = rows[0]
    next()
  }
}

function needLogin(req, res, next) {
  if (req.user) return next()
  if (req.accepts(['json', 'html']) === 'html') return res.redirect('/login')
  res.status(401).json({ error: 'log in first' })
}

function login(app, pool) {
  app.get('/login', (_req, res) => res.send(page('Log in', 'login')))
  app.get('/register', (_req, res) => res.send(page('Register', 'register')))

  app.post('/login', async (req, res) => {
    const { email = '', password = '' } = req.body ?? {}
    const { rows } = await pool.query('SELECT id, password_hash FROM users WHERE email = $1', [
      String(email).toLowerCase(),
    ])
    const right = rows[0] && (await bcrypt.compare(String(password), rows[0].password_hash))
    if (!right) return res.status(401).json({ error: WRONG })
    await begin(req, rows[0].id)
    res.json({ id: rows[0].id })
  })

  app.post('/register', async (req, res) => {
    const { email, password, name = '' } = req.body ?? {}
    if (!/^\S+@\S+$/.test(email ?? '') || String(password ?? '').length < 8)
      return res.status(400).json({ error: 'give an e-mail address and a password of 8 characters' })
    const hash = await bcrypt.hash(String(password), ROUNDS)
    try {
      const { rows } = await pool.query(
        'INSERT INTO users (email, password_hash, name) VALUES ($1, $2, $3) RETURNING id',
        [String(email).toLowerCase(), hash, String(name)],
      )
      await begin(req, rows[0].id)
      res.status(201).json({ id: rows[0].id })
    } catch (error) {
      if (error.code !== '23505') throw error
      res.status(409).json({ error: 'that address has an account' })
    }
  })

  app.post('/logout', (req, res, next) => {
    req.session.destroy((error) => {
      if (error) return next(error)
      res.clearCookie('connect.sid').json({ ok: true })
    })
  })
}

/** A new session for who has logged in, so that one that was planted before is worth nothing. */
function begin(req, userId) {
  return new Promise((resolve, reject) => {
    req.session.regenerate((error) => {
      if (error) return reject(error)
      req.session.userId = userId
      req.session.save((failed) => (failed ? reject(failed) : resolve()))
    })
  })
}

function pages(app, pool) {
  app.get('/', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT id, title FROM recipes ORDER BY id')
    res.send(recipeList(req.user, rows))
  })
}

function recipes(pool) {
  const router = express.Router()

  router.get('/me', needLogin, (req, res) => res.json(req.user))

  router.patch('/me', needLogin, async (req, res) => {
    const name = String(req.body?.name ?? '')
    const { rows } = await pool.query('UPDATE users SET name = $1 WHERE id = $2 RETURNING id, email, name', [
      name,
      req.user.id,
    ])
    res.json(rows[0])
  })

  router.get('/recipes', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM recipes WHERE title ILIKE $1 ORDER BY id', [
      `%${req.query.q ?? ''}%`,
    ])
    res.json(rows)
  })

  router.post('/recipes', needLogin, async (req, res) => {
    const { title, body = '' } = req.body ?? {}
    if (!title) return res.status(400).json({ error: 'give a title' })
    const { rows } = await pool.query('INSERT INTO recipes (title, body) VALUES ($1, $2) RETURNING *', [
      title,
      body,
    ])
    res.status(201).json(rows[0])
  })

  router.get('/recipes/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM recipes WHERE id = $1', [key(req)])
    answer(res, rows[0])
  })

  router.put('/recipes/:id', needLogin, async (req, res) => {
    const { title = null, body = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE recipes SET title = coalesce($2, title), body = coalesce($3, body) WHERE id = $1 RETURNING *',
      [key(req), title, body],
    )
    answer(res, rows[0])
  })

  router.delete('/recipes/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('DELETE FROM recipes WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
  })

  return router
}

function steps(pool) {
  const router = express.Router()

  router.get('/recipes/:id/steps', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM steps WHERE recipe_id = $1 ORDER BY id', [key(req)])
    res.json(rows)
  })

  router.post('/recipes/:id/steps', needLogin, async (req, res) => {
    const found = await pool.query('SELECT id FROM recipes WHERE id = $1', [key(req)])
    if (!found.rows[0]) return answer(res, undefined)
    const { rows } = await pool.query('INSERT INTO steps (recipe_id, text) VALUES ($1, $2) RETURNING *', [
      key(req),
      String(req.body?.text ?? ''),
    ])
    res.status(201).json(rows[0])
  })

  router.get('/steps/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM steps WHERE id = $1', [key(req)])
    answer(res, rows[0])
  })

  router.delete('/steps/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('DELETE FROM steps WHERE id = $1 RETURNING id', [key(req)])
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
