import knex from 'knex'

export function open(connection) {
  return knex({ client: 'pg', connection, pool: { min: 0, max: 5 } })
}

export async function prepare(db) {
  if (await db.schema.hasTable('todos')) return
  await db.schema.createTable('todos', (table) => {
    table.increments()
    table.text('title').notNullable()
    table.boolean('done').notNullable().defaultTo(false)
  })
  await db('todos').insert([{ title: 'paint the fence' }, { title: 'water the beans' }])
}
