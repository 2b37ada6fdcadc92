export async function seed(knex) {
  await knex('shelves').insert([{ name: 'Now' }, { name: 'Later' }])
  await knex('books').insert([
    { shelf_id: 1, title: 'The Sea', rating: 4 },
    { shelf_id: 2, title: 'The Hill', rating: 2 },
    { shelf_id: 1, title: 'The Road' },
  ])
}
