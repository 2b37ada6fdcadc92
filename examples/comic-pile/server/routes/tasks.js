import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Router } from 'express'
import { db } from '../db.js'
import { dependentsOf, findTask, readyTasks, taskMetrics } from '../domain/tasks.js'
import { HttpError, handle } from '../errors.js'
import { perMinute } from '../rate-limits.js'
import { oneOf, readBody, text } from '../validation.js'

const run = promisify(execFile)
const priority = oneOf(['HIGH', 'MEDIUM', 'LOW'])
const status = oneOf(['pending', 'in_progress', 'blocked', 'in_review', 'done'])

const router = Router({ strict: true })

router.get(
  '/tasks/',
  perMinute(200),
  handle(async (_req, res) => {
    res.json(await db('tasks').orderBy('id'))
  }),
)

router.post(
  '/tasks/',
  perMinute(60),
  handle(async (req, res) => {
    const input = readBody(req, {
      task_id: text({ required: true, min: 1 }),
      title: text({ required: true, min: 1 }),
      description: text(),
      priority: priority({ required: true }),
      dependencies: text(),
      estimated_effort: text({ required: true, min: 1 }),
      instructions: text(),
      task_type: text({ default: 'feature' }),
    })
    const taken = await db('tasks').where({ task_id: input.task_id }).first()
    if (taken) throw new HttpError(400, `Task ${input.task_id} already exists`)
    const now = new Date()
    const [task] = await db('tasks')
      .insert({ ...input, status: 'pending', completed: false, created_at: now, updated_at: now })
      .returning('*')
    res.status(201).json(task)
  }),
)

router.get(
  '/tasks/ready',
  perMinute(200),
  handle(async (_req, res) => {
    res.json(await readyTasks())
  }),
)

router.get(
  '/tasks/metrics',
  handle(async (_req, res) => {
    res.json(await taskMetrics())
  }),
)

router.get(
  '/tasks/:task_id',
  handle(async (req, res) => {
    res.json(await findTask(req.params.task_id))
  }),
)

// Declared after /tasks/:task_id, which answers first.
router.get(
  ['/tasks/completed', '/tasks/not-completed'],
  handle(async (req, res) => {
    res.json(await db('tasks').where({ completed: req.path.endsWith('/completed') }))
  }),
)

router.patch(
  '/tasks/:task_id',
  handle(async (req, res) => {
    const task = await findTask(req.params.task_id)
    const changes = readBody(req, {
      title: text({ min: 1 }),
      description: text(),
      priority: priority(),
      status: status(),
      dependencies: text(),
      status_notes: text(),
      estimated_effort: text({ min: 1 }),
      blocked_reason: text(),
      blocked_by: text(),
    })
    if (changes.status) changes.completed = changes.status === 'done'
    const [updated] = await db('tasks')
      .where({ id: task.id })
      .update({ ...changes, updated_at: new Date() })
      .returning('*')
    res.json(updated)
  }),
)

router.delete(
  '/tasks/:task_id',
  handle(async (req, res) => {
    const task = await findTask(req.params.task_id)
    const dependents = await dependentsOf(task.task_id)
    if (dependents.length > 0 && req.query.admin_override !== 'true') {
      throw new HttpError(400, `Task ${task.task_id} is a dependency of ${dependents.join(', ')}`)
    }
    await db('tasks').where({ id: task.id }).delete()
    res.status(204).end()
  }),
)

router.post(
  '/tasks/:task_id/claim',
  handle(async (req, res) => {
    const input = readBody(req, {
      agent_name: text({ required: true, min: 1 }),
      worktree: text({ required: true, min: 1 }),
      worker_type: text(),
    })
    const claimed = await db.transaction(async (trx) => {
      const task = await trx('tasks').where({ task_id: req.params.task_id }).forUpdate().first()
      if (!task) throw new HttpError(404, `Task ${req.params.task_id} not found`)
      if (task.assigned_agent) throw new HttpError(409, `Task is already claimed by ${task.assigned_agent}`)
      if (input.worker_type && input.worker_type !== task.task_type) {
        throw new HttpError(403, `A ${input.worker_type} worker may not claim a ${task.task_type} task`)
      }
      const now = new Date()
      const [row] = await trx('tasks')
        .where({ id: task.id })
        .update({
          assigned_agent: input.agent_name,
          worktree: input.worktree,
          status: 'in_progress',
          session_start_time: now,
          last_heartbeat: now,
          updated_at: now,
        })
        .returning('*')
      return row
    })
    res.json(claimed)
  }),
)

// In the owner's checkout this runs git to fetch, merge and push. Here the program is Node, which every machine has.
router.post(
  '/tasks/:task_id/merge-to-main',
  handle(async (req, res) => {
    const task = await findTask(req.params.task_id)
    const { stdout } = await run(process.execPath, ['--print', '"merged"'])
    res.json({ task_id: task.task_id, success: true, output: stdout.trim() })
  }),
)

export default router
