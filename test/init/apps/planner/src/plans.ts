import { Router } from 'express'
import { all } from './db.js'

interface Plan {
  id: string
  title: string
  due: string | null
}
interface Step {
  id: string
  label: string
}

export const plans = Router()

plans.get('/', async (_req, res) => {
  res.json(await all<Plan>('select id, title, due::text from plans order by id'))
})
plans.post('/', async (req, res) => {
  const { title, due } = req.body as Partial<Plan>
  if (!title) {
    res.status(422).json({ errors: [{ field: 'title', message: 'title is required' }] })
    return
  }
  const text = 'insert into plans (title, due) values ($1, $2) returning id, title, due::text'
  const [plan] = await all<Plan>(text, title, due ?? null)
  res.status(201).location(`/api/v1/plans/${plan!.id}`).json(plan)
})
plans.get('/:planId', async (req, res) => {
  const [plan] = await all<Plan>('select id, title, due::text from plans where id = $1', req.params.planId)
  if (!plan) {
    res.status(404).json({ errors: [{ message: 'no such plan' }] })
    return
  }
  const steps = await all<Step>('select * from steps where plan_id = $1 order by position, id', plan.id)
  res.json({ ...plan, steps })
})
plans.post('/:planId/steps', async (req, res) => {
  const text = 'insert into steps (plan_id, label) values ($1, $2) returning *'
  const [step] = await all<Step>(text, req.params.planId, req.body.label)
  res.status(201).json(step)
})
plans.delete('/:planId', async (req, res) => {
  await all('delete from plans where id = $1', req.params.planId)
  res.status(204).end()
})
