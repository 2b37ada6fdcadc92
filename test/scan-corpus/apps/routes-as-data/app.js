const express = require('express')
const handlers = require('./handlers')
const { sequelize } = require('./database')

const ROUTES = [
  ['get', '/ping', handlers.ping],
  ['get', '/clients', handlers.clients.list],
  ['post', '/clients', handlers.clients.add],
  ['get', '/invoices', handlers.invoices.list],
  ['post', '/invoices', handlers.invoices.add],
  ['put', '/invoices/:id/paid', handlers.invoices.pay],
  ['get', '/report', handlers.report],
]

async function start() {
  await sequelize.authenticate()
  const app = express()
  app.use(express.json())
  const api = express.Router()
  for (const [method, path, handler] of ROUTES) api[method](path, async (req, res, next) => {
    try {
      await handler(req, res)
    } catch (error) {
      next(error)
    }
  })
  app.use('/v1', api)
  app.listen(process.env.PORT || 4000)
}
start()
