// A process that reads a note for each request.
const { fork } = require('node:child_process')
const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 1 })
if (process.argv[2] === 'reads')
  process.on('message', ({ at, id }) =>
    pool.query('select text from notes where id = $1', [id]).then(
      ({ rows }) => process.send({ at, said: rows }),
      ({ code }) => process.send({ at, said: code }),
    ),
  )
else {
  const app = express()
  const child = fork(__filename, ['reads'])
  const waiting = []
  child.on('message', ({ at, said }) => waiting[at](said))
  app.get('/notes/:id/drawn', (req, res) => {
    const at = waiting.push((said) => res.json({ said })) - 1
    child.send({ at, id: req.params.id })
  })
  const server = app.listen(process.env.PORT, '127.0.0.1', () => console.log(`port ${server.address().port}`))
}
