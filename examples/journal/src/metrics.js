import { Router } from 'express'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

const registry = new Registry()
collectDefaultMetrics({ register: registry, prefix: 'journal_' })

const seconds = new Histogram({
  name: 'journal_request_seconds',
  help: 'How long requests take',
  labelNames: ['method', 'route', 'status'],
  registers: [registry],
})

export const entriesWritten = new Counter({
  name: 'journal_entries_written_total',
  help: 'Entries that were written since the start',
  registers: [registry],
})

export function countRequests(req, res, next) {
  const stop = seconds.startTimer({ method: req.method })
  res.on('finish', () => {
    const route = req.route ? `${req.baseUrl}${req.route.path}` : 'none'
    stop({ route, status: res.statusCode })
  })
  next()
}

const metrics = Router()

metrics.get('/metrics', async (_req, res) => {
  res.type(registry.contentType).send(await registry.metrics())
})

export default metrics
