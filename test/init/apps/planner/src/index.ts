// Plans by TypeScript, started by tsx: a timer that asks the database, bigserial keys, an API with a version.
import express, { type ErrorRequestHandler } from 'express'
import { tellOverdue } from './overdue.js'
import { plans } from './plans.js'

const app = express()
app.use(express.json())
app.get('/livez', (_req, res) => void res.json({ status: 'up' }))
app.use('/api/v1/plans', plans)
const failed: ErrorRequestHandler = (error, _req, res, _next) => {
  console.error(error)
  res.status(error.code === '23505' ? 409 : 500).json({ errors: [{ message: 'that did not work' }] })
}
app.use(failed)

const late = () => tellOverdue().catch((error: Error) => console.error('overdue', error.message))
setInterval(late, 600_000).unref()
setTimeout(late, 500)

app.listen(Number(process.env.PORT ?? 3000))
