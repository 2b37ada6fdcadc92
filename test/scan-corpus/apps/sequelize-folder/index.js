const express = require('express')
const logger = require('morgan')

const app = express()
app.use(logger('dev'))
app.use(express.json())
require('./routes')(app)
app.listen(8000)
