import knex from 'knex'

export const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 5 } })

/** Makes what is not there yet. */
export async function makeTables() {
  if (await db.schema.hasTable('plants')) return
  await db.schema.createTable('plants', (table) => {
    table.increments('id')
    table.string('name', 80).notNullable()
    table.integer('every_days').notNullable().defaultTo(7)
  })
  await db.schema.createTable('waterings', (table) => {
    table.increments('id')
    table.integer('plant_id').notNullable().references('plants.id').onDelete('CASCADE')
    table.timestamp('watered_at').notNullable().defaultTo(db.fn.now())
  })
}
