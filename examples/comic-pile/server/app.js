import cors from 'cors'
import express from 'express'
import { config } from './config.js'
import { errorHandler, notFound } from './errors.js'
import { logErrors } from './logging.js'
import admin from './routes/admin.js'
import debug from './routes/debug.js'
import exports_ from './routes/exports.js'
import health from './routes/health.js'
import imports from './routes/imports.js'
import ops from './routes/ops.js'
import pages from './routes/pages.js'
import queue from './routes/queue.js'
import rate from './routes/rate.js'
import roll from './routes/roll.js'
import rollHtml from './routes/roll-html.js'
import sessions from './routes/sessions.js'
import tasks from './routes/tasks.js'
import threads from './routes/threads.js'
import undo from './routes/undo.js'

export function createApp() {
  const app = express()
  app.enable('strict routing')

  app.use(cors({ origin: config.corsOrigins, credentials: true }))
  app.use(express.json())
  app.use(express.urlencoded({ extended: false }))
  app.use(logErrors)

  app.use(health)
  app.use('/debug', debug)
  app.use('/api', roll, rollHtml, rate, threads, queue, sessions, undo)
  app.use('/api', admin, imports, exports_, tasks, ops)
  app.use('/api', notFound)
  app.use(pages)

  app.use(notFound)
  app.use(errorHandler)
  return app
}
