const cors = require('cors')
const express = require('express')
const helmet = require('helmet').default
const folders = require('./folders')

const app = express()
app.use(helmet())
app.use(cors())
app.use('/api/folders', folders)
app.get('/', (_req, res) => res.send('Folders, by /api/folders'))

module.exports = app
