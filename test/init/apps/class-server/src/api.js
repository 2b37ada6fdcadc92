// A class with the app in a private field, a server of its own, a shutdown by signals, and quoted names in two cases.
const http = require('node:http')
const express = require('express')
const { Pool } = require('pg')

class Api {
  #app = express()
  #pool = new Pool()
  #server = null

  bootstrap() {
    this.#pool.on('error', (error) => console.error(error.message))
    this.#app.disable('x-powered-by')
    this.#app.use(express.json())
    this.#app.get('/alive', (_req, res) => res.json({ alive: true }))
    this.#app.get('/projects', this.#to('select * from "Project" order by "projectId"'))
    this.#app.post(
      '/projects',
      this.#to('insert into "Project" ("projectName") values ($1) returning *', (req) => [
        String(req.body.projectName),
      ]),
    )
    this.#app.get(
      '/projects/:projectId/timers',
      this.#to('select * from "Timer" where "projectId" = $1 order by 1', (req) => [
        Number(req.params.projectId) || 0,
      ]),
    )
    this.#app.post(
      '/timers',
      this.#to('insert into "Timer" ("projectId", minutes) values ($1, $2) returning *', (req) => [
        Number(req.body.projectId) || 0,
        Number(req.body.minutes) || 0,
      ]),
    )
    this.#app.use((_error, _req, res, _next) => res.status(500).json({ error: { message: 'failed' } }))
    this.#server = http.createServer(this.#app)
    this.#server.listen(process.env.PORT || 3000, () => console.log(`on ${this.#server.address().port}`))
  }

  #to(text, values = () => []) {
    return (req, res, next) => {
      this.#pool.query(text, values(req)).then(({ rows }) => res.json(rows), next)
    }
  }

  stop() {
    this.#server.close(() => this.#pool.end().then(() => process.exit(0)))
  }
}

module.exports = { Api }
