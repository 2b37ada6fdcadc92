// As express-generator lays an app out: bin/www listens, routes in files, Express 4, an error page of HTML.
var express = require('express')
var path = require('node:path')

var app = express()
app.use(express.json())
app.use(express.urlencoded({ extended: false }))
app.use(express.static(path.join(__dirname, 'public')))
app.use('/entries', require('./routes/entries'))

app.use((_req, _res, next) => {
  next(Object.assign(new Error('Not Found'), { status: 404 }))
})
app.use((err, _req, res, _next) => {
  res.status(err.status || 500).send(`<h1>${err.status ? err.message : 'Something broke'}</h1>`)
})

module.exports = app
