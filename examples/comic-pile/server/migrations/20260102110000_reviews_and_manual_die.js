export async function up(knex) {
  await knex.schema.alterTable('threads', (t) => {
    t.text('review_url')
    t.timestamp('last_review_at', { useTz: true })
    t.boolean('is_test').notNullable().defaultTo(false)
  })
  await knex.schema.alterTable('threads', (t) => t.boolean('is_test').notNullable().alter())
  await knex.schema.alterTable('sessions', (t) => t.integer('manual_die'))
  await knex.schema.alterTable('snapshots', (t) => t.json('session_state'))
}

export async function down(knex) {
  await knex.schema.alterTable('snapshots', (t) => t.dropColumn('session_state'))
  await knex.schema.alterTable('sessions', (t) => t.dropColumn('manual_die'))
  await knex.schema.alterTable('threads', (t) => t.dropColumns('review_url', 'last_review_at', 'is_test'))
}
