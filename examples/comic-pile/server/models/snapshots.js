export const name = 'snapshots'

export function define(t) {
  t.increments('id')
  t.integer('session_id').notNullable().references('sessions.id')
  t.integer('event_id').references('events.id').onDelete('CASCADE')
  t.json('thread_states').notNullable()
  t.json('session_state')
  t.timestamp('created_at', { useTz: false }).notNullable()
  t.text('description')
  t.index('session_id', 'ix_snapshot_session_id')
  t.index('event_id', 'ix_snapshot_event_id')
  t.index('created_at', 'ix_snapshot_created_at')
}
