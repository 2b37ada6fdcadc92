const express = require('express')
const knex = require('knex')
const pino = require('pino')
const { buildItems } = require('./items')
const { buildLabels } = require('./labels')

const deps = { db: knex(require('./knexfile')), logger: pino(), clock: () => new Date() }
const app = express()
app.use(express.urlencoded({ extended: false }))
app.use((req, res, next) => {
  req.deps = deps
  next()
})

const services = { items: buildItems(deps), labels: buildLabels(deps) }
app.get('/items', (req, res, next) => services.items.search(req.query).then((rows) => res.json(rows), next))
app.post('/items', (req, res, next) => services.items.add(req.body).then((row) => res.json(row), next))
app.post('/items/:id/done', (req, res, next) => services.items.finish(req.params.id).then(() => res.end(), next))
app.get('/labels', (req, res, next) => services.labels.list().then((rows) => res.json(rows), next))
app.post('/labels', (req, res, next) => services.labels.add(req.body.name).then(() => res.end(), next))
app.get('/count', async (req, res) => {
  const { db } = req.deps
  const [{ count }] = await db('items').count('*')
  res.json({ count })
})
app.listen(3000)
