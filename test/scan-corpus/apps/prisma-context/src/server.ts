import express, { type RequestHandler } from 'express'
import { context } from './context.js'
import * as habits from './habits.js'

const handle =
  (work: (req: Parameters<RequestHandler>[0]) => Promise<unknown>): RequestHandler =>
  (req, res, next) => {
    work(req).then((found) => res.json(found)).catch(next)
  }

const app = express().use(express.json())
app.get('/habits', handle(() => habits.listHabits(context)))
app.post('/habits', handle((req) => habits.addHabit(context, req.body.name)))
app.post('/habits/:id/checkins', handle((req) => habits.checkIn(context, Number(req.params.id))))
app.get('/habits/:id/streak', handle(({ params }) => habits.streak(context, params.id)))
app.listen(3000)
