const express = require('express')
const helmet = require('helmet')
const foldersRouter = require('./folders/folders-router')
const notesRouter = require('./notes/notes-router')

const app = express()
app.use(helmet())
app.use(express.json())
app.get('/', (req, res) => res.send('hello'))
app.use('/api/folders', foldersRouter)
app.use('/api/notes', notesRouter)
app.use((error, req, res, next) => res.status(500).json({ error: { message: 'server error' } }))

module.exports = app
