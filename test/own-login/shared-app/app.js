// What to pack for a journey. Its owner put one password in front of it, and gave it to nobody.
import express from 'express'
import session from 'express-session'
import { itemsOf, listsOf, loginForm, page } from './pages.js'

/** @param {import('pg').Pool} pool */
export function createApp(pool) {
  const app = express()
  app.set('trust proxy', 1)
  app.get('/health', (_req, res) => res.send('ok'))
  app.use(express.json())
  app.use(express.urlencoded({ extended: false }))
  app.use(
    session({
      secret: process.env.SESSION_SECRET ?? 'toothbrush and passport',
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
    }),
  )
  app.get('/login', (_req, res) => res.send(page('Packing', loginForm())))
  app.post('/login', (req, res) => {
    if (req.body?.password !== process.env.APP_PASSWORD)
      return res.status(401).send(page('Packing', loginForm('That is not the password.')))
    req.session.open = true
    res.redirect('/')
  })
  app.post('/logout', (req, res) => {
    req.session.destroy(() => res.redirect('/login'))
  })
  const guard = (req, res, next) => (req.session.open ? next() : res.redirect('/login'))
  app.use(guard)
  lists(app, pool)
  items(app, pool)
  app.use((_req, res) => res.status(404).json({ error: 'not found' }))
  app.use((error, _req, res, _next) => {
    const status = error.status ?? 500
    res.status(status).json({ error: status === 500 ? 'failed' : error.message })
  })
  return app
}

function lists(app, pool) {
  const all = async () => (await pool.query('SELECT * FROM lists ORDER BY name, id')).rows

  app.get('/', async (_req, res) => res.send(page('Packing', listsOf(await all()))))

  app.get('/lists/:id', async (req, res, next) => {
    const { rows } = await pool.query('SELECT * FROM lists WHERE id = $1', [key(req)])
    if (!rows[0]) return next()
    const items = await pool.query('SELECT * FROM items WHERE list_id = $1 ORDER BY title, id', [rows[0].id])
    res.send(page(rows[0].name, itemsOf(items.rows)))
  })

  app.get('/api/lists', async (_req, res) => res.json(await all()))

  app.post('/api/lists', async (req, res) => {
    const { name } = req.body ?? {}
    if (!name) return res.status(400).json({ error: 'give a name' })
    const { rows } = await pool.query('INSERT INTO lists (name) VALUES ($1) RETURNING *', [String(name)])
    res.status(201).json(rows[0])
  })

  app.get('/api/lists/:id', async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM lists WHERE id = $1', [key(req)])
    answer(res, rows[0])
  })

  app.put('/api/lists/:id', async (req, res) => {
    const { name = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE lists SET name = coalesce($2, name) WHERE id = $1 RETURNING *',
      [key(req), name],
    )
    answer(res, rows[0])
  })

  app.delete('/api/lists/:id', async (req, res) => {
    const { rows } = await pool.query('DELETE FROM lists WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
  })
}

function items(app, pool) {
  app.get('/api/lists/:id/items', async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM items WHERE list_id = $1 ORDER BY id', [key(req)])
    res.json(rows)
  })

  app.post('/api/lists/:id/items', async (req, res) => {
    const { title } = req.body ?? {}
    if (!title) return res.status(400).json({ error: 'give a title' })
    const list = await pool.query('SELECT id FROM lists WHERE id = $1', [key(req)])
    if (!list.rows[0]) return answer(res, undefined)
    const { rows } = await pool.query('INSERT INTO items (list_id, title) VALUES ($1, $2) RETURNING *', [
      list.rows[0].id,
      String(title),
    ])
    res.status(201).json(rows[0])
  })

  app.get('/api/items/:id', async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM items WHERE id = $1', [key(req)])
    answer(res, rows[0])
  })

  app.patch('/api/items/:id', async (req, res) => {
    const { packed = null, title = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE items SET packed = coalesce($2, packed), title = coalesce($3, title) WHERE id = $1 RETURNING *',
      [key(req), packed, title],
    )
    answer(res, rows[0])
  })

  app.delete('/api/items/:id', async (req, res) => {
    const { rows } = await pool.query('DELETE FROM items WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
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
