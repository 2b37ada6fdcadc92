// Folders and notes: a second file finishes the app, with its knex by app.set('db') and its error handler.
const knex = require('knex')
const app = require('./app')
const config = require('../knexfile')

const db = knex(config[process.env.NODE_ENV || 'development'])
app.set('db', db)
app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: { message: 'server error' } })
})

const { PORT = 8000 } = process.env
app.listen(PORT, () => console.log(`Server listening at http://localhost:${PORT}`))
