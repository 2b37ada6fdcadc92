// An app without an edit: each request is a day of whoever asks, by the library of the cell.
const { createRequire } = require('node:module')
const { join } = require('node:path')

async function serve() {
  const { FOLDER, EXPRESS, WORK, DATABASE_URL, PORT } = process.env
  const express = require(EXPRESS)
  const { open } = await import(join(__dirname, '..', 'work', `${WORK}.mjs`))
  const { personOf } = await import('../person.mjs')
  const library = await open({
    require: createRequire(join(FOLDER, 'index.js')),
    url: DATABASE_URL,
    scope: (db) => db,
  })
  const app = express()
  app.get('/days/:id', async (req, res) => {
    const counters = { queries: 0, wrong: 0, first: null }
    const fault = (what) => {
      counters.wrong++
      counters.first ??= what
    }
    await library
      .work(personOf(Number(req.params.id), counters, fault))
      .catch((error) => fault(`${req.params.id}: ${error?.stack ?? error}`))
    res.json(counters)
  })
  const server = app.listen(PORT, '127.0.0.1', () => console.log(`port ${server.address().port}`))
}

exports.serve = serve
if (require.main === module) serve()
