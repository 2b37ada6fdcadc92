var express = require('express')
var async = require('async')
var db = require('../db')
var router = express.Router()

router.get('/', function (req, res, next) {
  db.query('SELECT * FROM expenses ORDER BY spent_on DESC', [], function (err, result) {
    if (err) return next(err)
    res.json(result.rows)
  })
})

router.post('/', function (req, res, next) {
  db.query('INSERT INTO expenses (amount) VALUES ($1)', [req.body.amount], function (err) {
    if (err) return next(err)
    res.status(201).end()
  })
})

router.get('/summary', function (req, res, next) {
  async.parallel(
    {
      total: function (callback) {
        db.query('SELECT sum(amount) FROM expenses', [], callback)
      },
      kinds: function (callback) {
        db.query('SELECT count(*) FROM categories', [], callback)
      },
    },
    function (err, results) {
      if (err) return next(err)
      res.json(results)
    },
  )
})

router.delete('/:id', function (req, res, next) {
  db.withClient(
    function (client, done) {
      client.query('BEGIN', function (err) {
        if (err) return done(err)
        client.query('DELETE FROM expenses WHERE id = $1', [req.params.id], function (err2) {
          if (err2) return done(err2)
          client.query('COMMIT', done)
        })
      })
    },
    function (err) {
      if (err) return next(err)
      res.status(204).end()
    },
  )
})
module.exports = router
