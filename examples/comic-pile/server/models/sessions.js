export const name = 'sessions'

export function define(t) {
  t.increments('id')
  t.timestamp('started_at', { useTz: true }).notNullable()
  t.timestamp('ended_at', { useTz: true })
  t.integer('start_die').notNullable()
  t.integer('manual_die')
  t.integer('user_id').notNullable().references('users.id')
  t.integer('pending_thread_id').references('threads.id').onDelete('SET NULL')
  t.timestamp('pending_thread_updated_at', { useTz: true })
  t.index('started_at', 'ix_session_started_at')
  t.index('ended_at', 'ix_session_ended_at')
}
