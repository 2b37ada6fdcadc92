var express = require('express')
var db = require('../db')
var router = express.Router()

router.get('/', (_req, res, next) => {
  db.query('SELECT * FROM entries ORDER BY id')
    .then((found) => res.json(found.rows))
    .catch(next)
})

router.get('/:id', (req, res, next) => {
  db.query('SELECT * FROM entries WHERE id = $1', [req.params.id])
    .then((found) => (found.rows[0] ? res.json(found.rows[0]) : next()))
    .catch(next)
})

router.post('/', (req, res, next) => {
  db.query('INSERT INTO entries (title, body) VALUES ($1, $2) RETURNING *', [req.body.title, req.body.body])
    .then((made) => res.status(201).json(made.rows[0]))
    .catch(next)
})

router.put('/:id', (req, res, next) => {
  db.query('UPDATE entries SET title = $1, body = $2 WHERE id = $3', [
    req.body.title,
    req.body.body,
    req.params.id,
  ])
    .then((changed) => res.json({ changed: changed.rowCount }))
    .catch(next)
})

router.delete('/:id', (req, res, next) => {
  db.query('DELETE FROM entries WHERE id = $1', [req.params.id])
    .then(() => res.json({ message: 'Entry deleted' }))
    .catch(next)
})

module.exports = router
