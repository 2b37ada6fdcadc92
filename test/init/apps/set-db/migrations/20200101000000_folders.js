exports.up = (knex) =>
  knex.schema
    .createTable('folders', (table) => {
      table.increments()
      table.string('name').notNullable()
      table.integer('order').notNullable().defaultTo(0)
    })
    .createTable('notes', (table) => {
      table.increments()
      table.text('content').notNullable()
      table.integer('folder')
      table.timestamp('modified').defaultTo(knex.fn.now())
    })
    .alterTable('notes', (table) => table.foreign('folder').references('folders.id').onDelete('SET NULL'))
exports.down = (knex) => knex.schema.dropTable('notes').dropTable('folders')
