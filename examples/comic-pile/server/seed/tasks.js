const TASKS = [
  ['TASK-101', 'Draw the queue with drag handles', 'HIGH', 'done', null],
  ['TASK-102', 'Restore a session from its start', 'HIGH', 'done', 'TASK-101'],
  ['TASK-103', 'Show the ladder on the history page', 'MEDIUM', 'in_progress', 'TASK-101'],
  ['TASK-104', 'Export reviews', 'LOW', 'pending', 'TASK-102'],
  ['TASK-105', 'Move the legacy pages to the SPA', 'MEDIUM', 'pending', 'TASK-103,TASK-104'],
]

export async function seedTasks(trx, ago) {
  const rows = TASKS.map(([task_id, title, priority, status, dependencies], index) => ({
    task_id,
    title,
    description: `${title}.`,
    priority,
    status,
    dependencies,
    assigned_agent: status === 'in_progress' ? 'agent-1' : null,
    worktree: status === 'in_progress' ? 'comic-pile-task-103' : null,
    last_heartbeat: status === 'in_progress' ? ago(1) : null,
    estimated_effort: '2 hours',
    completed: status === 'done',
    task_type: 'feature',
    created_at: ago(24 * 30 - index),
    updated_at: ago(24 * 10 - index),
  }))
  const tasks = await trx('tasks').insert(rows).returning('*')
  const done = tasks.filter((task) => task.status === 'done')
  await trx('agent_metrics').insert(
    done.map((task, index) => ({
      task_id: task.id,
      status: 'done',
      duration: 1800 + index * 600,
      api_calls: 40 + index,
      tokens_used: 12_000 + index * 1000,
      created_at: ago(24 * 10),
    })),
  )
}
