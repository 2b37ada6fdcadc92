// Express 4, an app mounted in another, a transaction, and callbacks all the way.
const { createServer } = require('node:http')
const express = require('express4')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
const inner = express()
inner.get('/notes', (_req, res, next) => {
  pool.connect((failed, client, release) => {
    if (failed) return next(failed)
    client.query('begin', () => {
      client.query('select text from notes order by id', (error, result) => {
        client.query('commit', () => {
          release()
          if (error) return next(error)
          res.json(result.rows.map(({ text }) => text))
        })
      })
    })
  })
})
const debug = express.Router()
debug.get('/notes', (_req, res) => res.json('all of it'))
inner.use('/debug', debug)
const app = express()
app.get('/health', (_req, res) => res.send('ok'))
app.use(inner)
const server = createServer(app)
server.listen(process.env.PORT, '127.0.0.1', () => console.log(`port ${server.address().port}`))
