export const name = 'agent_metrics'

export function define(t) {
  t.increments('id')
  t.integer('task_id').notNullable()
  t.string('status', 50).notNullable()
  t.double('duration')
  t.string('error_type', 255)
  t.integer('api_calls')
  t.integer('tokens_used')
  t.timestamp('created_at', { useTz: true })
  t.index('task_id', 'ix_agent_metrics_task_id')
  t.index('status', 'ix_agent_metrics_status')
}
