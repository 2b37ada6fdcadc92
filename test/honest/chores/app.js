// Chores of one person, CommonJS: answers in an envelope, nothing open to everybody but what a platform asks, and an
// end of its own when its database is away, as the documents of pg show it.
const express = require('express')
const { Pool } = require('pg')

const pool = new Pool()
pool.on('error', () => process.exit(1))

const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.send('ok'))

app.get('/chores', async (_req, res) => {
  try {
    const { rows } = await pool.query('select * from chores order by id;')
    res.json({ status: 'ok', rows })
  } catch {
    res.status(500).json({ status: 'error', message: 'something went wrong' })
  }
})

app.post('/chores', async (req, res) => {
  const { task } = req.body
  if (typeof task !== 'string')
    return res.status(400).json({ status: 'error', message: 'task must be a string' })
  try {
    const { rows } = await pool.query('insert into chores (task) values ($1) returning *', [task])
    res.status(201).json({ status: 'ok', row: rows[0] })
  } catch {
    res.status(500).json({ status: 'error', message: 'something went wrong' })
  }
})

app.use((_req, _res, next) => next(Object.assign(new Error('invalid request'), { status: 400 })))
app.use((error, _req, res, _next) => {
  res.status(error.status ?? 500).json({ status: 'error', message: error.message })
})

if (require.main === module) app.listen(process.env.PORT, process.env.HOST)
module.exports = { app, pool }
