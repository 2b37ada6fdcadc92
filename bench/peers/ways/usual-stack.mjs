import cors from 'cors'
import express from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import { guarded } from './guard.mjs'

/** The guard behind the middleware that most guides recommend. No request reaches the rate limit. */
export function open({ url }) {
  const app = express()
  app.use(helmet(), cors({ origin: 'https://app.example.com', credentials: true }))
  app.use(rateLimit({ windowMs: 15 * 60_000, limit: 1e9, standardHeaders: 'draft-8', legacyHeaders: false }))
  app.use(pinoHttp({ redact: ['req.headers.authorization', 'req.headers.cookie'] }))
  return guarded(app, url)
}
