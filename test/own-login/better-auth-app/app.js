// Albums and when they were played, with the logins of better-auth. It was written for one person: no query asks whose
// albums they are.
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import express from 'express'
import { auth } from './auth.js'
import { albumList, loginPage, loginScript } from './pages.js'

/**
 * @param {import('pg').Pool} pool
 * @param {(app: import('express').Express) => void} more further routes, for tests
 */
export function createApp(pool, more = () => {}) {
  const app = express()
  app.get('/health', (_req, res) => res.send('ok'))
  // better-auth reads the body itself.
  app.all('/api/auth/{*any}', toNodeHandler(auth))
  app.use(express.json())
  app.get('/login', (_req, res) => res.send(loginPage))
  app.get('/login.js', (_req, res) => res.type('js').send(loginScript))
  app.get('/api/me', needUser, (req, res) => res.json({ id: req.user.id, name: req.user.name }))
  albums(app, pool)
  more(app)
  app.use((_req, res) => res.status(404).json({ error: 'not found' }))
  app.use((error, _req, res, _next) => {
    const status = error.status ?? 500
    res.status(status).json({ error: status === 500 ? 'failed' : error.message })
  })
  return app
}

async function needUser(req, res, next) {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) })
  if (session) {
    req.user = session.user
    return next()
  }
  if (req.accepts(['json', 'html']) === 'html') return res.redirect('/login')
  res.status(401).json({ error: 'log in first' })
}

function albums(app, pool) {
  app.get('/', needUser, async (_req, res) => {
    const { rows } = await pool.query('SELECT * FROM albums ORDER BY id')
    res.send(albumList(rows))
  })

  app.get('/api/albums', needUser, async (_req, res) => {
    const { rows } = await pool.query('SELECT * FROM albums ORDER BY id')
    res.json(rows)
  })

  app.post('/api/albums', needUser, async (req, res) => {
    const { title, artist = '' } = req.body ?? {}
    if (!title) return res.status(400).json({ error: 'give a title' })
    const { rows } = await pool.query('INSERT INTO albums (title, artist) VALUES ($1, $2) RETURNING *', [
      title,
      artist,
    ])
    res.status(201).json(rows[0])
  })

  app.get('/api/albums/:id', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM albums WHERE id = $1', [key(req)])
    answer(res, rows[0])
  })

  app.put('/api/albums/:id', needUser, async (req, res) => {
    const { title = null, artist = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE albums SET title = coalesce($2, title), artist = coalesce($3, artist) WHERE id = $1 RETURNING *',
      [key(req), title, artist],
    )
    answer(res, rows[0])
  })

  app.delete('/api/albums/:id', needUser, async (req, res) => {
    const { rows } = await pool.query('DELETE FROM albums WHERE id = $1 RETURNING id', [key(req)])
    answer(res, rows[0])
  })

  app.get('/api/albums/:id/plays', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM plays WHERE album_id = $1 ORDER BY id', [key(req)])
    res.json(rows)
  })

  app.post('/api/albums/:id/plays', needUser, async (req, res) => {
    const found = await pool.query('SELECT id FROM albums WHERE id = $1', [key(req)])
    if (!found.rows[0]) return answer(res, undefined)
    const { rows } = await pool.query('INSERT INTO plays (album_id, note) VALUES ($1, $2) RETURNING *', [
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
