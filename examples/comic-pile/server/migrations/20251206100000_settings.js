export async function up(knex) {
  await knex.schema.createTable('settings', (t) => {
    t.increments('id')
    t.integer('session_gap_hours').notNullable()
    t.integer('start_die').notNullable()
    t.double('rating_min').notNullable()
    t.double('rating_max').notNullable()
    t.double('rating_step').notNullable()
    t.double('rating_threshold').notNullable()
    t.timestamp('created_at', { useTz: true })
    t.timestamp('updated_at', { useTz: true })
  })
}

export async function down(knex) {
  await knex.schema.dropTable('settings')
}
