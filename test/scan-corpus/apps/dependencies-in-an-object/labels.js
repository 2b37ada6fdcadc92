exports.buildLabels = ({ db: knex, ...rest }) => ({
  list: async () => knex.select().from('labels'),
  add: async (name) => knex('labels').insert({ name }).onConflict('name').ignore(),
})
