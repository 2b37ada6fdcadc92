var router = require('express').Router()
var db = require('../db')

function list(req, res, next) {
  var sql = 'SELECT * FROM categories'
  var values = []
  if (req.query.name) {
    sql += ' WHERE name = $1'
    values.push(req.query.name)
  }
  db.query(sql, values, function (err, result) {
    err ? next(err) : res.json(result.rows)
  })
}
function add(req, res, next) {
  db.query('INSERT INTO categories (name) VALUES ($1)', [req.body.name], function (err) {
    err ? next(err) : res.status(201).end()
  })
}
router.route('/').get(list).post(add)
module.exports = router
