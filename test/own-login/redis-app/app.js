// Plants and their waterings, with sessions in Redis. It was written for one person: no query asks whose plants they are.
import bcrypt from 'bcryptjs'
import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import { form, page, plantList } from './pages.js'

const ROUNDS = 4
const DAY_SECONDS = 86_400

/**
 * @param {import('pg').Pool} pool
 * @param {import('redis').RedisClientType} redis connected
 */
export function createApp(pool, redis) {
  const app = express()
  app.set('trust proxy', 1)
  app.get('/health', (_req, res) => res.send('ok'))
  app.use(express.json())
  app.use(express.urlencoded({ extended: false }))
  app.use(
    session({
      store: new RedisStore({ client: redis, prefix: 'plants:', ttl: DAY_SECONDS }),
      secret: process.env.SESSION_SECRET ?? 'plants on the window',
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
    }),
  )
  login(app, pool)
  plants(app, pool)
  app.use((_req, res) => res.status(404).json({ error: 'not found' }))
  app.use((error, _req, res, _next) => {
    const status = error.status ?? 500
    res.status(status).json({ error: status === 500 ? 'failed' : error.message })
  })
  return app
}

function needLogin(req, res, next) {
  if (req.session.userId) return next()
  if (req.accepts(['json', 'html']) === 'html') return res.redirect('/login')
  res.status(401).json({ error: 'log in first' })
}

function login(app, pool) {
  app.get('/login', (_req, res) => res.send(page('Log in', form('login'))))
  app.get('/register', (_req, res) => res.send(page('Register', form('register'))))

  app.post('/login', async (req, res) => {
    const { email = '', password = '' } = req.body ?? {}
    const { rows } = await pool.query('SELECT id, password_hash FROM users WHERE email = $1', [email])
    const right = rows[0] && (await bcrypt.compare(String(password), rows[0].password_hash))
    if (!right) return res.status(401).json({ error: 'E-mail or password is wrong.' })
    await begin(req, rows[0].id)
    res.json({ id: rows[0].id })
  })

  app.post('/register', async (req, res) => {
    const { email, password } = req.body ?? {}
    if (!email || String(password ?? '').length < 8)
      return res.status(400).json({ error: 'give an e-mail address and a password of 8 characters' })
    const hash = await bcrypt.hash(String(password), ROUNDS)
    const { rows } = await pool.query(
      'INSERT INTO users (email, password_hash) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING RETURNING id',
      [email, hash],
    )
    if (!rows[0]) return res.status(409).json({ error: 'that address has an account' })
    await begin(req, rows[0].id)
    res.status(201).json({ id: rows[0].id })
  })

  app.post('/logout', (req, res, next) => {
    req.session.destroy((error) => {
      if (error) return next(error)
      res.clearCookie('connect.sid').json({ ok: true })
    })
  })
}

/** A new session for the user who has logged in. */
function begin(req, userId) {
  return new Promise((resolve, reject) => {
    req.session.regenerate((error) => {
      if (error) return reject(error)
      req.session.userId = userId
      req.session.save((failed) => (failed ? reject(failed) : resolve()))
    })
  })
}

function plants(app, pool) {
  app.get('/', needLogin, async (_req, res) => {
    const { rows } = await pool.query('SELECT * FROM plants ORDER BY id')
    res.send(plantList(rows))
  })

  app.get('/api/me', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT id, email FROM users WHERE id = $1', [req.session.userId])
    answer(res, rows[0])
  })

  app.get('/api/plants', needLogin, async (_req, res) => {
    const { rows } = await pool.query('SELECT * FROM plants ORDER BY id')
    res.json(rows)
  })

  app.post('/api/plants', needLogin, async (req, res) => {
    const { name, place = '' } = req.body ?? {}
    if (!name) return res.status(400).json({ error: 'give a name' })
    const { rows } = await pool.query('INSERT INTO plants (name, place) VALUES ($1, $2) RETURNING *', [
      name,
      place,
    ])
    res.status(201).json(rows[0])
  })

  app.get('/api/plants/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM plants WHERE id = $1', [key(req)])
    answer(res, rows[0])
  })

  app.put('/api/plants/:id', needLogin, async (req, res) => {
    const { name = null, place = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE plants SET name = coalesce($2, name), place = coalesce($3, place) WHERE id = $1 RETURNING *',
      [key(req), name, place],
    )
    answer(res, rows[0])
  })

  app.delete('/api/plants/:id', needLogin, async (req, res) => {
    const { rows } = await pool.query('DELETE FROM plants WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
  })

  app.get('/api/plants/:id/waterings', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM waterings WHERE plant_id = $1 ORDER BY id', [key(req)])
    res.json(rows)
  })

  app.post('/api/plants/:id/waterings', needLogin, async (req, res) => {
    const found = await pool.query('SELECT id FROM plants WHERE id = $1', [key(req)])
    if (!found.rows[0]) return answer(res, undefined)
    const { rows } = await pool.query('INSERT INTO waterings (plant_id, note) VALUES ($1, $2) RETURNING *', [
      key(req),
      String(req.body?.note ?? ''),
    ])
    res.status(201).json(rows[0])
  })
}

/** @throws an error with status 400 if the path names no row */
function key(req) {
  const id = Number(req.params.id)
  if (Number.isSafeInteger(id) && id > 0 && id < 2 ** 31) return id
  throw Object.assign(new Error('not an id'), { status: 400 })
}

function answer(res, row) {
  if (row) res.json(row)
  else res.status(404).json({ error: 'not found' })
}
