export const name = 'threads'

export function define(t) {
  t.increments('id')
  t.string('title', 200).notNullable()
  t.string('format', 50).notNullable()
  t.integer('issues_remaining').notNullable()
  t.integer('queue_position').notNullable()
  t.string('status', 20).notNullable()
  t.double('last_rating')
  t.timestamp('last_activity_at', { useTz: true })
  t.text('review_url')
  t.timestamp('last_review_at', { useTz: true })
  t.text('notes')
  t.boolean('is_test').notNullable()
  t.timestamp('created_at', { useTz: true }).notNullable()
  t.integer('user_id').notNullable().references('users.id')
  t.index('queue_position', 'ix_thread_position')
  t.index('status', 'ix_thread_status')
  t.index('last_activity_at', 'ix_thread_last_activity')
}
