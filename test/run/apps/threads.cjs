// A thread that reads a note for each request.
const { Worker } = require('node:worker_threads')
const express = require('express')
const { Pool } = require('pg')

const WORK = `const { parentPort } = require('node:worker_threads')
  const { Pool } = require('pg')
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 1 })
  parentPort.on('message', ({ at, id }) => pool.query('select text from notes where id = $1', [id]).then(
    ({ rows }) => parentPort.postMessage({ at, said: rows }),
    ({ code }) => parentPort.postMessage({ at, said: code })))`
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 1 })
const app = express()
const worker = new Worker(WORK, { eval: true })
const waiting = []
worker.on('message', ({ at, said }) => waiting[at](said))
app.get('/notes/:id/drawn', (req, res) => {
  const at = waiting.push((said) => res.json({ said })) - 1
  worker.postMessage({ at, id: req.params.id })
})
app.get('/notes', async (_req, res) => res.json((await pool.query('select text from notes')).rows))
const server = app.listen(process.env.PORT, '127.0.0.1', () => console.log(`port ${server.address().port}`))
