var createError = require('http-errors')
var express = require('express')
var logger = require('morgan')
var expenses = require('./routes/expenses')
var categories = require('./routes/categories')

var app = express()
app.use(logger('dev'))
app.use(express.json())
app.use('/expenses', expenses)
app.use('/categories', categories)
app.use(function (req, res, next) {
  next(createError(404))
})
module.exports = app
