import { db } from '../db.js'
import { HttpError } from '../errors.js'

export async function findTask(taskId, q = db) {
  const task = await q('tasks').where({ task_id: taskId }).first()
  if (!task) throw new HttpError(404, `Task ${taskId} not found`)
  return task
}

const dependenciesOf = (task) =>
  (task.dependencies ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean)

/** Pending, unblocked, and everything it depends on is done. */
export async function readyTasks() {
  const tasks = await db('tasks').orderBy('id')
  const done = new Set(tasks.filter((task) => task.status === 'done').map((task) => task.task_id))
  return tasks.filter(
    (task) =>
      task.status === 'pending' && !task.blocked_by && dependenciesOf(task).every((id) => done.has(id)),
  )
}

export async function dependentsOf(taskId) {
  const tasks = await db('tasks').whereNotNull('dependencies').orderBy('id')
  return tasks.filter((task) => dependenciesOf(task).includes(taskId)).map((task) => task.task_id)
}

function countBy(tasks, column) {
  const counts = {}
  for (const task of tasks) counts[task[column]] = (counts[task[column]] ?? 0) + 1
  return counts
}

export async function taskMetrics() {
  const tasks = await db('tasks').orderBy('id')
  const runs = await db('agent_metrics').orderBy('id')
  const timed = runs.filter((run) => run.duration !== null)
  const total = (column) => runs.reduce((sum, run) => sum + run[column], 0)
  return {
    total_tasks: tasks.length,
    by_status: countBy(tasks, 'status'),
    by_priority: countBy(tasks, 'priority'),
    by_type: countBy(tasks, 'task_type'),
    completed_tasks: tasks.filter((task) => task.status === 'done').length,
    average_duration:
      timed.length === 0 ? null : timed.reduce((sum, run) => sum + run.duration, 0) / timed.length,
    api_calls: total('api_calls'),
    tokens_used: total('tokens_used'),
  }
}
