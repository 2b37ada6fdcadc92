export async function up(knex) {
  await knex.schema.createTable('shelves', (table) => {
    table.increments('id')
    table.string('name').notNullable().unique()
  })
  await knex.schema.createTable('books', (table) => {
    table.increments('id')
    table.integer('shelf_id').references('shelves.id').onDelete('cascade')
    table.string('title').notNullable()
    table.integer('rating').defaultTo(0)
    table.timestamps(true, true)
  })
}

export async function down(knex) {
  await knex.schema.dropTable('books').dropTable('shelves')
}
