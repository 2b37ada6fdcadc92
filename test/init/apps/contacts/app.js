// Contacts by pg-promise: named values, tasks, `none` and `one` that reject, and tests of the app's own.
const express = require('express')
const db = require('./db')

const app = express()
app.use(express.json())

app.get('/', (_req, res) => res.json({ message: 'contacts' }))
app.get('/contacts', (req, res, next) => {
  const { search = '' } = req.query
  db.any("SELECT * FROM contacts WHERE name ILIKE '%' || $1 || '%' ORDER BY id", [search])
    .then((data) => res.status(200).json({ status: 'success', data }))
    .catch(next)
})
app.get('/contacts/:id', (req, res, next) => {
  db.task(async (t) => {
    const contact = await t.one('SELECT * FROM contacts WHERE id = $1', Number.parseInt(req.params.id, 10))
    const group = await t.oneOrNone('SELECT name FROM groups WHERE id = $1', contact.group_id)
    return { ...contact, group: group?.name ?? null }
  })
    .then((data) => res.status(200).json({ status: 'success', data }))
    .catch(next)
})
app.post('/contacts', (req, res, next) => {
  const { name, phone = null, group_id = null } = req.body
  db.one('INSERT INTO contacts (name, phone, group_id) VALUES ($/name/, $/phone/, $/group_id/) RETURNING *', {
    name,
    phone,
    group_id,
  })
    .then((data) => res.status(201).json({ status: 'success', data }))
    .catch(next)
})
app.put('/contacts/:id', (req, res, next) => {
  const { name, phone } = req.body
  db.none('UPDATE contacts SET name = $1, phone = $2 WHERE id = $3', [name, phone, Number(req.params.id)])
    .then(() => res.status(200).json({ status: 'success', message: 'Updated contact' }))
    .catch(next)
})
app.delete('/contacts/:id', (req, res, next) => {
  db.result('DELETE FROM contacts WHERE id = $1', Number.parseInt(req.params.id, 10))
    .then(({ rowCount }) =>
      res.status(200).json({ status: 'success', message: `Removed ${rowCount} contact` }),
    )
    .catch(next)
})
app.get('/groups', (_req, res, next) => {
  const text = `SELECT g.*, count(c.id)::int AS contacts FROM groups g LEFT JOIN contacts c ON c.group_id = g.id
    GROUP BY g.id ORDER BY g.name`
  db.any(text)
    .then((data) => res.json({ status: 'success', data }))
    .catch(next)
})
app.post('/groups', (req, res, next) => {
  db.tx((t) => t.one('INSERT INTO groups (name) VALUES ($1) RETURNING *', req.body.name))
    .then((data) => res.status(201).json({ status: 'success', data }))
    .catch(next)
})
app.use((err, _req, res, _next) => {
  res.status(err.status || 500).json({ status: 'error', message: err.message })
})

module.exports = app
