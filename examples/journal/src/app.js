import express from 'express'
import api from './api/index.js'
import { config } from './config.js'
import { answerError, notFound } from './errors.js'
import health from './health.js'
import metrics, { countRequests } from './metrics.js'
import pages from './pages/index.js'

export function createApp() {
  const app = express()
  app.set('view engine', 'ejs')
  app.set('views', config.views)
  app.locals.title = config.title
  app.locals.demo = config.demo
  app.locals.day = (date) => date.toISOString().slice(0, 10)

  app.use(countRequests)
  app.use('/static', express.static(config.static))
  app.use(express.json())
  app.use(express.urlencoded({ extended: false }))

  app.use(health)
  app.use(metrics)
  app.use('/api', api)
  app.use(pages)

  app.use(notFound)
  app.use(answerError)
  return app
}
