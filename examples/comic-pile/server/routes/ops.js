import { Router } from 'express'
import { db } from '../db.js'
import { handle } from '../errors.js'
import { boolean, readBody } from '../validation.js'

const router = Router({ strict: true })
const daemon = { active: false, changed_at: null }

router.post(
  '/retros/generate',
  handle(async (_req, res) => {
    const tasks = await db('tasks').orderBy('id')
    const titles = (status) => tasks.filter((task) => task.status === status).map((task) => task.title)
    res.json({
      generated_at: new Date(),
      done: titles('done'),
      in_progress: titles('in_progress'),
      blocked: titles('blocked'),
    })
  }),
)

router.get(
  '/manager-daemon/health',
  handle(async (_req, res) => {
    const { count } = await db('tasks').where({ status: 'in_progress' }).count('* as count').first()
    res.json({ ...daemon, tasks_in_progress: Number(count) })
  }),
)

router.post(
  '/manager-daemon/health/set-active',
  handle(async (req, res) => {
    const { active } = readBody(req, { active: boolean({ default: true }) })
    Object.assign(daemon, { active, changed_at: new Date() })
    res.json(daemon)
  }),
)

export default router
