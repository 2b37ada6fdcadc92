const express = require('express')
const { escaped, form, page } = require('./page')

/** No query asks whose the links are. */
exports.links = (pool) => {
  const router = express.Router()
  const needLogin = (req, res, next) => (req.isAuthenticated() ? next() : res.redirect('/login'))

  router.get('/', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM links ORDER BY id')
    const items = rows.map(({ id, title }) => `<li><a href="/links/${id}">${escaped(title)}</a></li>`)
    const fields = [
      ['url', 'url'],
      ['title', 'text'],
    ]
    const body = `<ul>${items.join('')}</ul>${form('/links', fields, 'Add')}`
    res.send(page(`Links of ${req.user.username}`, body))
  })

  router.get('/links.json', needLogin, async (_req, res) => {
    const { rows } = await pool.query('SELECT * FROM links ORDER BY id')
    res.json(rows)
  })

  router.post('/links', needLogin, async (req, res) => {
    const { url, title } = req.body
    if (!url || !title) return res.status(400).send('give a url and a title')
    const { rows } = await pool.query('INSERT INTO links (url, title) VALUES ($1, $2) RETURNING id', [
      url,
      title,
    ])
    res.redirect(`/links/${rows[0].id}`)
  })

  router.get('/links/:id', needLogin, async (req, res) => {
    const link = await pool.query('SELECT * FROM links WHERE id = $1', [key(req)])
    const [found] = link.rows
    if (!found) return res.status(404).send('not found')
    const notes = await pool.query('SELECT * FROM notes WHERE link_id = $1 ORDER BY id', [found.id])
    const items = notes.rows.map(({ text }) => `<li>${escaped(text)}</li>`)
    const body = `<p>${escaped(found.url)}</p><ul>${items.join('')}</ul>`
    res.send(
      page(
        found.title,
        body + form(`/links/${found.id}/notes`, [['text', 'text']], 'Note') + forms(found.id),
      ),
    )
  })

  router.post('/links/:id/edit', needLogin, async (req, res) => {
    const { rowCount } = await pool.query('UPDATE links SET title = $2 WHERE id = $1', [
      key(req),
      req.body.title,
    ])
    if (!rowCount) return res.status(404).send('not found')
    res.redirect(`/links/${key(req)}`)
  })

  router.post('/links/:id/notes', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT id FROM links WHERE id = $1', [key(req)])
    if (!rows[0]) return res.status(404).send('not found')
    await pool.query('INSERT INTO notes (link_id, text) VALUES ($1, $2)', [rows[0].id, req.body.text || ''])
    res.redirect(`/links/${rows[0].id}`)
  })

  router.post('/links/:id/delete', needLogin, async (req, res) => {
    const { rowCount } = await pool.query('DELETE FROM links WHERE id = $1', [key(req)])
    if (!rowCount) return res.status(404).send('not found')
    res.redirect('/')
  })
  return router
}

const forms = (id) =>
  form(`/links/${id}/edit`, [['title', 'text']], 'Rename') + form(`/links/${id}/delete`, [], 'Delete')

/** @throws an error with status 400 when the path names no link */
function key(req) {
  const id = Number(req.params.id)
  if (Number.isSafeInteger(id) && id > 0 && id < 2 ** 31) return id
  throw Object.assign(new Error('not an id'), { status: 400 })
}
