export const name = 'events'

export function define(t) {
  t.increments('id')
  t.string('type', 50).notNullable()
  t.timestamp('timestamp', { useTz: true }).notNullable()
  t.integer('die')
  t.integer('result')
  t.integer('selected_thread_id')
  t.string('selection_method', 50)
  t.double('rating')
  t.integer('issues_read')
  t.string('queue_move', 20)
  t.integer('die_after')
  t.integer('session_id').references('sessions.id')
  t.integer('thread_id').references('threads.id').onDelete('CASCADE')
  t.index('session_id', 'ix_event_session_id')
  t.index('timestamp', 'ix_event_timestamp')
  t.index(['session_id', 'type', 'timestamp'], 'ix_event_session_type_timestamp')
  t.index(['session_id', 'type', 'die_after'], 'ix_event_session_type_die_after')
}
